/** What the parts of the extension share. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import * as React from 'react';

import { Refusal } from './api.js';
import type { Api } from './api.js';
import { grouped } from './core/problems.js';
import type { RunsModel } from './runs.js';
import type { CatalogueTold, ProblemTold } from './types.js';

/** What the page is set to. */
export interface PageSettings {
  readonly language: string;
  readonly keyStore: string;
  readonly beside: boolean;
  /** The regime that a new design is under. */
  readonly regime: string;
  /** How many runs work at a time; 0 are as many as the server is configured for. */
  readonly concurrentRuns: number;
  readonly smallCountLimit: number;
}

/** The one object that every part is given. */
export interface Common {
  readonly app: JupyterFrontEnd;
  readonly api: Api;
  readonly runs: RunsModel;
  readonly trans: TranslationBundle;
  readonly translator: ITranslator;
  /** Lab's documents and file dialogs, where the application has them. */
  readonly manager: IDocumentManager | null;
  readonly settings: () => PageSettings;
  readonly settingsChanged: ISignal<unknown, undefined>;
  /** Techniques, measures and the guideline; asked for once in each language. */
  readonly catalogue: () => Promise<CatalogueTold>;
}

export const ICommon = new Token<Common>('sudare:ICommon', 'What the parts of the sudare extension share.');

export const Commands = {
  start: 'sudare:start-design',
  check: 'sudare:check',
  run: 'sudare:run',
  diff: 'sudare:diff',
  unsaved: 'sudare:diff-unsaved',
  panel: 'sudare:show-panel',
  text: 'sudare:open-text',
  notebook: 'sudare:open-notebook',
  insert: 'sudare:insert-step'
} as const;

/** The problems in whatever was thrown. */
export function problemsIn(error: unknown): ProblemTold[] {
  if (error instanceof Refusal) {
    return error.problems;
  }
  return [{ code: 'no-answer', where: '', message: error instanceof Error ? error.message : String(error) }];
}

interface ProblemListProps {
  readonly problems: readonly ProblemTold[];
  readonly kind?: 'open' | 'wrong';
  /** Shows a place of the spec; without it places are only named. */
  readonly show?: (where: string) => void;
  /** Says a place in words; without it a place is told as the text names it. */
  readonly name?: (where: string) => string;
  /** What stands beside a problem, such as a button that answers it. */
  readonly beside?: (places: readonly string[], n: number) => React.ReactNode;
}

/** A list of problems with their places; those that say the same stand together. */
export function ProblemList(props: ProblemListProps): React.JSX.Element {
  const kind = props.kind ?? 'wrong';
  const { show } = props;
  return (
    <ul className={`sudare-problems sudare-mod-${kind}`} data-sudare={`problems-${kind}`}>
      {grouped(props.problems).map((one, n) => (
        <li key={n} data-sudare-code={one.code}>
          {one.places.map(where => (
            <React.Fragment key={where}>
              {show === undefined ? (
                <Where code={where} words={props.name?.(where)} />
              ) : (
                <button type="button" className="sudare-link" title={where} onClick={() => show(where)}>
                  {props.name === undefined ? <code>{where}</code> : props.name(where)}
                </button>
              )}{' '}
            </React.Fragment>
          ))}
          {one.message} {props.beside?.(one.places, n)}
        </li>
      ))}
    </ul>
  );
}

/** A place that leads nowhere: in words where it has some, none where they are empty. */
function Where(props: { readonly code: string; readonly words: string | undefined }): React.JSX.Element | null {
  if (props.words === undefined) {
    return <code>{props.code}</code>;
  }
  return props.words === '' ? null : <b>{props.words}: </b>;
}

/** Tell in a dialog what went wrong. */
export async function tell(common: Common, title: string, error: unknown): Promise<void> {
  await showDialog({
    title,
    body: (
      <div className="sudare-dialog" data-sudare="refusal">
        <ProblemList problems={problemsIn(error)} />
      </div>
    ),
    buttons: [Dialog.okButton({ label: common.trans.__('Close') })]
  });
}
