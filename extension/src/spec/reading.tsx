/** The reading view of a spec: what is decided, why, by whom, and what is still open. */

import { UseSignal } from '@jupyterlab/apputils';
import * as React from 'react';

import { Commands, ProblemList, tell } from '../common.js';
import { asSpec, isSettled, isUnanswered, openPoints, standardOf } from '../core/reading.js';
import type { SpecView } from '../core/reading.js';
import type { CatalogueTold, ProblemTold, StandardTold } from '../types.js';
import { Cards } from './cards.js';
import { Checks } from './checks.js';
import { Columns } from './columns.js';
import { Dismissals, NothingFalls } from './dismissals.js';
import type { SpecModel } from './model.js';
import { Parts } from './parts.js';
import { placeName } from './placeName.js';
import { TitleField } from './titleField.js';

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

interface PageProps {
  readonly model: SpecModel;
  readonly catalogue: CatalogueTold | null;
}

function Page({ model, catalogue }: PageProps): React.JSX.Element {
  const { trans } = model.common;
  const { spec, view } = model;
  const page = React.useRef<HTMLDivElement>(null);
  React.useLayoutEffect(() => moveFocus(page.current, model.takeFocus()));
  const broken = model.isBroken ? (view?.problems ?? []) : [];
  return (
    <div ref={page} className="sudare-reading" data-sudare="reading">
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
          {' '}
          <button
            type="button"
            className="jp-mod-styled"
            data-sudare="differs"
            onClick={() => void model.common.app.commands.execute(Commands.unsaved, { path: model.path })}
          >
            {trans.__('What changed')}
          </button>
        </div>
      ) : null}
      {broken.length > 0 ? (
        <div className="sudare-notice sudare-mod-wrong" role="alert" data-sudare="broken">
          {trans.__('The text cannot be read as a spec:')}
          <ProblemList
            problems={broken}
            name={where => placeName(trans, null, catalogue, where)}
            show={place => void model.common.app.commands.execute(Commands.text, { path: model.path, place })}
          />
        </div>
      ) : null}
      {view === null ? <p>{trans.__('Reading …')}</p> : null}
      {spec === null ? null : <Spec model={model} spec={spec} catalogue={catalogue} />}
      <div className={`sudare-last${model.said === '' ? '' : ' sudare-mod-shown-here'}`}>
        <span role="status" aria-live="polite" data-sudare="said">
          {model.said}
        </span>
      </div>
    </div>
  );
}

/** Leave nobody without a place: where theirs is gone, the page itself has the focus, and keys still reach it. */
function moveFocus(page: HTMLElement | null, places: readonly string[] | null): void {
  if (page === null || places === null) {
    return;
  }
  const found = places.map(one => page.querySelector<HTMLElement>(one)).find(one => one !== null);
  const isLost = document.activeElement === null || document.activeElement === document.body;
  if (found !== undefined) {
    found.focus({ preventScroll: true });
    found.scrollIntoView({ block: 'nearest' });
  } else if (isLost) {
    page.closest<HTMLElement>('.sudare-spec')?.focus({ preventScroll: true });
  }
}

interface SpecProps extends PageProps {
  readonly spec: SpecView;
}

function Spec(props: SpecProps): React.JSX.Element {
  const { model, spec, catalogue } = props;
  const { trans } = model.common;
  const open = openPoints(spec);
  const isOld = model.view !== null && asSpec(model.view) === null;
  return (
    <div className={isOld ? 'sudare-mod-old' : ''} {...(isOld ? { inert: '' } : {})}>
      <div className="sudare-title">
        <TitleField model={model} spec={spec} />
        <p>{spec.regime}</p>
      </div>
      {spec.problems.length === 0 ? null : (
        <div className="sudare-wrong" data-sudare="problems">
          <ProblemList
            problems={spec.problems}
            show={where => model.show(where)}
            name={where => placeName(model.common.trans, spec, catalogue, where)}
          />
        </div>
      )}
      <Section title={trans.__('The five standards')}>
        <ul className="sudare-coverage" data-sudare="coverage">
          {spec.standards.map(one => (
            <Standard key={one.standard} model={model} one={one} />
          ))}
        </ul>
      </Section>
      {open.length === 0 ? null : <OpenPoints model={model} spec={spec} catalogue={catalogue} open={open} />}
      <Section title={trans.__('Steps')} count={spec.steps.length}>
        <Cards model={model} spec={spec} catalogue={catalogue} />
      </Section>
      <Section title={trans.__('Checks of the result')} count={spec.checks.length}>
        <Checks model={model} spec={spec} catalogue={catalogue} />
      </Section>
      <Section title={trans.__('Dismissed findings')} count={spec.dismissed.length} name="dismissed">
        <Dismissals model={model} spec={spec} catalogue={catalogue} />
      </Section>
      <section aria-label={trans.__('Columns')}>
        <Columns model={model} spec={spec} catalogue={catalogue} />
      </section>
      <Section title={trans.__('About this design')} name="parts">
        <Parts model={model} spec={spec} catalogue={catalogue} />
      </Section>
      <Section title={trans.__('Signatures')} place="approvals">
        <Signatures model={model} spec={spec} />
      </Section>
    </div>
  );
}

interface SectionProps {
  readonly title: string;
  readonly count?: number;
  readonly name?: string;
  readonly place?: string;
  readonly children: React.ReactNode;
}

function Section({ title, count, name, place, children }: SectionProps): React.JSX.Element {
  return (
    <section aria-label={title} data-sudare={name} data-sudare-place={place}>
      <h2>{title}</h2>
      {count === undefined || count === 0 ? null : <span className="sudare-count">{count}</span>}
      {children}
    </section>
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
      data-sudare-place={`standards.${one.standard}`}
      title={one.article}
    >
      <span className="sudare-number">{one.standard}</span>
      <b>{one.title}</b>
      <span className="sudare-state">
        <span aria-hidden="true">{settled ? '✓' : '○'}</span>{' '}
        {settled ? trans.__('decided') : trans._n('%1 open point', '%1 open points', Math.max(1, one.open.length))}
      </span>
    </li>
  );
}

function OpenPoints(props: SpecProps & { readonly open: readonly ProblemTold[] }): React.JSX.Element {
  const { model, spec, catalogue, open } = props;
  const { trans } = model.common;
  const beside = (places: readonly string[]): React.ReactNode =>
    places
      .map(standardOf)
      .filter(one => one !== null)
      .filter(one => isUnanswered(spec, one))
      .map(one => <NothingFalls key={one} model={model} standard={one} />);
  return (
    <Section title={trans.__('Open points')} name="open-points">
      <ProblemList
        problems={open}
        kind="open"
        show={where => model.show(where)}
        name={where => placeName(trans, spec, catalogue, where)}
        beside={beside}
      />
    </Section>
  );
}

function Signatures({ model, spec }: { model: SpecModel; spec: SpecView }): React.JSX.Element {
  const { trans } = model.common;
  return (
    <>
      {spec.approvals.length === 0 ? <p className="sudare-none">{trans.__('Nobody has signed yet.')}</p> : null}
      <ul className="sudare-signatures" data-sudare="signatures">
        {spec.approvals.map((one, n) => (
          <li key={n} className={one.holds ? 'sudare-mod-settled' : 'sudare-mod-open'}>
            <span>{one.by}</span> <span>{one.until === null ? '' : trans.__('until %1', one.until)}</span>{' '}
            <b>{one.holds ? trans.__('holds') : trans.__('no longer holds: the spec was changed since')}</b>
          </li>
        ))}
      </ul>
    </>
  );
}
