/** The reading view of a spec: what is decided, why, by whom, and what is still open. */

import { UseSignal } from '@jupyterlab/apputils';
import * as React from 'react';

import { ProblemList, tell } from '../common.js';
import { asSpec, isSettled, openPoints } from '../core/reading.js';
import type { SpecView } from '../core/reading.js';
import type { CatalogueTold, StandardTold } from '../types.js';
import { Cards } from './cards.js';
import type { SpecModel } from './model.js';

/** The whole view, drawn again whenever the server has read the text. */
export function Reading(props: { model: SpecModel }): React.JSX.Element {
  const { model } = props;
  const [catalogue, setCatalogue] = React.useState<CatalogueTold | null>(null);
  React.useEffect(() => {
    const load = (): void => {
      model.common
        .catalogue()
        .then(setCatalogue)
        .catch((error: unknown) => console.warn('sudare: the catalogue could not be read', error));
    };
    load();
    model.common.settingsChanged.connect(load);
    return (): void => {
      model.common.settingsChanged.disconnect(load);
    };
  }, [model]);
  return <UseSignal signal={model.changed}>{() => <Page model={model} catalogue={catalogue} />}</UseSignal>;
}

function Page({ model, catalogue }: { model: SpecModel; catalogue: CatalogueTold | null }): React.JSX.Element {
  const { trans } = model.common;
  const { spec, view } = model;
  const broken = model.isBroken ? (view?.problems ?? []) : [];
  return (
    <div className="sudare-reading" data-sudare="reading">
      {model.isStale ? (
        <div className="sudare-notice" role="alert" data-sudare="stale">
          {trans.__('The file was changed elsewhere. What is not saved here cannot be taken over.')}{' '}
          <button
            type="button"
            className="jp-mod-styled"
            data-sudare="reload"
            onClick={() => void model.reload().catch((error: unknown) => tell(model.common, trans.__('Reload'), error))}
          >
            {trans.__('Reload the file')}
          </button>
        </div>
      ) : null}
      {broken.length > 0 ? (
        <div className="sudare-notice sudare-mod-wrong" role="alert" data-sudare="broken">
          {trans.__('The text cannot be read as a spec:')}
          <ProblemList problems={broken} />
        </div>
      ) : null}
      {view === null ? <p>{trans.__('Reading …')}</p> : null}
      {spec === null ? null : <Spec model={model} spec={spec} catalogue={catalogue} />}
    </div>
  );
}

function Spec(props: { model: SpecModel; spec: SpecView; catalogue: CatalogueTold | null }): React.JSX.Element {
  const { model, spec, catalogue } = props;
  const { trans } = model.common;
  const open = openPoints(spec);
  const isOld = model.view !== null && asSpec(model.view) === null;
  return (
    <div className={isOld ? 'sudare-mod-old' : ''} {...(isOld ? { inert: '' } : {})}>
      <header className="sudare-title">
        <h1>{spec.title}</h1>
        <p>{spec.regime}</p>
      </header>
      {spec.problems.length === 0 ? null : (
        <div data-sudare="problems">
          <ProblemList problems={spec.problems} />
        </div>
      )}
      <section aria-label={trans.__('The five standards')}>
        <h2>{trans.__('The five standards')}</h2>
        <ul className="sudare-coverage" data-sudare="coverage">
          {spec.standards.map(one => (
            <Standard key={one.standard} model={model} one={one} />
          ))}
        </ul>
      </section>
      {open.length === 0 ? null : (
        <section aria-label={trans.__('Open points')} data-sudare="open-points">
          <h2>{trans.__('Open points')}</h2>
          <ProblemList problems={open} kind="open" show={where => model.show(where)} />
        </section>
      )}
      <section aria-label={trans.__('Steps')}>
        <h2>{trans.__('Steps')}</h2>
        <Cards model={model} spec={spec} catalogue={catalogue} />
      </section>
      <section aria-label={trans.__('Checks of the result')}>
        <h2>{trans.__('Checks of the result')}</h2>
        <ul className="sudare-checks">
          {spec.checks.map(one => (
            <li key={one.index} data-sudare="check" data-sudare-place={`checks[${one.index}]`}>
              <b>{one.label}</b> {one.limit} <span className="sudare-columns">{one.columns.join(trans.__(', '))}</span>
            </li>
          ))}
        </ul>
      </section>
      <Columns model={model} spec={spec} />
      <Signatures model={model} spec={spec} />
    </div>
  );
}

function Standard({ model, one }: { model: SpecModel; one: StandardTold }): React.JSX.Element {
  const { trans } = model.common;
  const settled = isSettled(one);
  return (
    <li
      className={settled ? 'sudare-mod-settled' : 'sudare-mod-open'}
      data-sudare="standard"
      data-sudare-status={settled ? 'settled' : 'open'}
      title={one.article}
    >
      <b>
        {one.standard} {one.title}
      </b>
      <span>
        {settled ? trans.__('decided') : trans._n('%1 open point', '%1 open points', Math.max(1, one.open.length))}
      </span>
    </li>
  );
}

function Columns({ model, spec }: { model: SpecModel; spec: SpecView }): React.JSX.Element {
  const { trans } = model.common;
  return (
    <section aria-label={trans.__('Columns')}>
      <details>
        <summary>
          <h2>{trans.__('Columns')}</h2> {spec.columns.length}
        </summary>
        <table data-sudare="columns">
          <thead>
            <tr>
              <th>{trans.__('column')}</th>
              <th>{trans.__('type')}</th>
              <th>{trans.__('kind')}</th>
              <th>{trans.__('decided by step')}</th>
            </tr>
          </thead>
          <tbody>
            {spec.columns.map(one => (
              <tr key={one.name} className={one.in_scope ? '' : 'sudare-mod-out'}>
                <td>{one.name}</td>
                <td>
                  {one.type}
                  {one.unit === null ? '' : ` (${one.unit})`}
                </td>
                <td>{one.kind}</td>
                <td>{one.in_scope ? one.decided_by.map(n => n + 1).join(trans.__(', ')) : trans.__('out of scope')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}

function Signatures({ model, spec }: { model: SpecModel; spec: SpecView }): React.JSX.Element {
  const { trans } = model.common;
  return (
    <section aria-label={trans.__('Signatures')}>
      <h2>{trans.__('Signatures')}</h2>
      {spec.approvals.length === 0 ? <p>{trans.__('Nobody has signed yet.')}</p> : null}
      <ul data-sudare="signatures">
        {spec.approvals.map((one, n) => (
          <li key={n} className={one.holds ? 'sudare-mod-settled' : 'sudare-mod-open'}>
            {one.by} {one.until === null ? '' : trans.__('until %1', one.until)}{' '}
            <b>{one.holds ? trans.__('holds') : trans.__('no longer holds: the spec was changed since')}</b>
          </li>
        ))}
      </ul>
    </section>
  );
}
