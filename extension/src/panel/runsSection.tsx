/** The runs: how far each is, what refused it and where, what it left behind. */

import * as React from 'react';

import { tell } from '../common.js';
import type { Common } from '../common.js';
import { nameOf } from '../core/files.js';
import { lineOf } from '../core/problems.js';
import { isEnded, percent } from '../core/runList.js';
import { placeName } from '../spec/placeName.js';
import type { CatalogueTold, RunTold } from '../types.js';

const SHOWN = 10; // runs at a time; the history of the server is longer

/** The words for a state. */
export function stateOf(common: Common, state: RunTold['state']): string {
  const { trans } = common;
  const words: Record<RunTold['state'], string> = {
    queued: trans.__('waiting'),
    running: trans.__('running'),
    done: trans.__('done'),
    refused: trans.__('refused'),
    cancelled: trans.__('cancelled'),
    error: trans.__('failed'),
    interrupted: trans.__('interrupted')
  };
  return words[state];
}

interface Props {
  readonly common: Common;
  readonly catalogue: CatalogueTold | null;
  readonly openSpec: (path: string, place: string) => Promise<void>;
}

/** All of them, the newest first. */
export function RunsSection({ common, catalogue, openSpec }: Props): React.JSX.Element {
  const { trans, runs } = common;
  const { runs: all } = runs;
  const [shown, setShown] = React.useState(SHOWN);
  return (
    <section aria-label={trans.__('Runs')} data-sudare="runs">
      <h2>{trans.__('Runs')}</h2>
      {all.length === 0 ? <p className="sudare-hint">{trans.__('There were no runs yet.')}</p> : null}
      <ul className="sudare-runs">
        {all.slice(0, shown).map(run => (
          <Run key={run.id} common={common} catalogue={catalogue} run={run} openSpec={openSpec} />
        ))}
      </ul>
      {all.length <= shown ? null : (
        <button type="button" className="sudare-link" data-sudare="more-runs" onClick={() => setShown(shown + SHOWN)}>
          {trans._n('Show %1 more', 'Show %1 more', Math.min(SHOWN, all.length - shown))}
        </button>
      )}
    </section>
  );
}

function Run({ common, catalogue, run, openSpec }: Props & { run: RunTold }): React.JSX.Element {
  const { trans } = common;
  const open = (path: string): void => {
    void common.app.commands.execute('docmanager:open', { path });
  };
  const cancel = (): void => {
    common.runs.cancel(run.id).catch((error: unknown) => tell(common, trans.__('Cancel'), error));
  };
  const share = percent(run.share);
  return (
    <li data-sudare="run" data-sudare-id={run.id} data-sudare-state={run.state} className={`sudare-run sudare-is-${run.state}`}>
      <header>
        <b>{nameOf(run.spec)}</b> <span className="sudare-badge">{stateOf(common, run.state)}</span>
      </header>
      <p className="sudare-hint">
        {run.input} → {run.out}
      </p>
      {isEnded(run.state) ? null : (
        <div className="sudare-progress">
          <progress max={100} value={share} aria-label={run.stage || stateOf(common, run.state)} data-sudare="progress" />
          <span data-sudare="stage">{run.stage}</span>
          <button type="button" className="jp-mod-styled" data-sudare="cancel" onClick={cancel}>
            {trans.__('Cancel')}
          </button>
        </div>
      )}
      {run.problems.length === 0 ? null : (
        <ul className="sudare-problems" data-sudare="run-problems">
          {run.problems.map((one, n) => (
            <li key={n} data-sudare-code={one.code}>
              {lineOf({ ...one, where: placeName(trans, null, catalogue, one.where) })}{' '}
              {one.where === '' ? null : (
                <button
                  type="button"
                  className="sudare-link"
                  data-sudare="show-place"
                  onClick={() => void openSpec(run.spec, one.where)}
                >
                  {trans.__('show in the spec')}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      <p>
        {run.receipt === null ? null : (
          <button type="button" className="sudare-link" data-sudare="receipt" onClick={() => open(run.receipt ?? '')}>
            {trans.__('receipt')}
          </button>
        )}{' '}
        {run.report === null ? null : (
          <button type="button" className="sudare-link" data-sudare="report" onClick={() => open(run.report ?? '')}>
            {trans.__('report')}
          </button>
        )}{' '}
        {run.ended === null ? null : <time dateTime={run.ended}>{new Date(run.ended).toLocaleString()}</time>}
      </p>
    </li>
  );
}
