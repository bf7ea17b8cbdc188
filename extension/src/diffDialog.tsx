/** What changed between two specs, or since a spec was saved, in words. */

import { Dialog, showDialog } from '@jupyterlab/apputils';
import * as React from 'react';

import { ask } from './asking.js';
import type { Asked } from './asking.js';
import { browsedFile, listed, PathField } from './choosing.js';
import type { Common } from './common.js';
import { folderOf, isSpec, nameOf } from './core/files.js';
import { inParts } from './core/changes.js';
import type { Part } from './core/changes.js';
import type { DiffTold } from './types.js';

interface Pair {
  readonly a: string;
  readonly b: string;
}

/** Ask which two specs are compared, and compare them: then show it. */
export async function compare(common: Common, first: string, second: string): Promise<void> {
  const { trans } = common;
  const told = await ask<Pair, { pair: Pair; diff: DiffTold }>(common, {
    title: trans.__('Compare two specs'),
    okLabel: trans.__('Compare'),
    state: { a: first, b: second },
    body: asked => <PairBody common={common} asked={asked} />,
    answer: async pair => ({ pair, diff: await common.api.diff(pair.a.trim(), pair.b.trim()) })
  });
  if (told !== null) {
    await showDiff(common, `${told.pair.a} → ${told.pair.b}`, told.diff);
  }
}

function PairBody({ common, asked }: { common: Common; asked: Asked<Pair> }): React.JSX.Element {
  const { trans } = common;
  const { state, change, leave } = asked;
  const [specs, setSpecs] = React.useState<readonly string[]>([]);
  const folder = folderOf(state.a || state.b);
  React.useEffect(() => {
    void listed(common, folder, isSpec).then(setSpecs);
  }, [common, folder]);
  const browse = async (side: 'a' | 'b', title: string): Promise<Partial<Pair>> => {
    const found = await browsedFile(common, title, state[side] || state.a, isSpec);
    return found === null ? {} : side === 'a' ? { a: found } : { b: found };
  };
  const [earlier, later] = [trans.__('Earlier spec'), trans.__('Later spec')];
  const canBrowse = common.manager !== null;
  return (
    <div data-sudare="pair-form">
      <PathField
        common={common}
        name="pair-a"
        label={earlier}
        value={state.a}
        paths={specs}
        set={a => change({ a })}
        browse={canBrowse ? () => leave(() => browse('a', earlier)) : undefined}
      />
      <PathField
        common={common}
        name="pair-b"
        label={later}
        value={state.b}
        paths={specs}
        set={b => change({ b })}
        browse={canBrowse ? () => leave(() => browse('b', later)) : undefined}
      />
    </div>
  );
}

/** Show what the text of an open spec changed since it was saved. */
export async function showUnsaved(common: Common, path: string, text: string): Promise<void> {
  const { trans } = common;
  await showDiff(common, trans.__('%1 as it is saved → as it stands here', nameOf(path)), await common.api.unsaved(path, text));
}

/** Show what changed. */
export async function showDiff(common: Common, between: string, diff: DiffTold): Promise<void> {
  const { trans } = common;
  const titles: Record<Part, string> = {
    whole: trans.__('The whole'),
    input: trans.__('Columns'),
    steps: trans.__('Steps'),
    dismissed: trans.__('Dismissed findings'),
    checks: trans.__('Checks of the result'),
    approvals: trans.__('Signatures')
  };
  await showDialog({
    title: trans.__('What changed'),
    body: (
      <div className="sudare-dialog sudare-diff" data-sudare="diff">
        <p>
          <code>{between}</code>
        </p>
        {diff.same ? (
          <p data-sudare="diff-same">{trans.__('Nothing changed; comments and layout may differ.')}</p>
        ) : null}
        {inParts(diff.changes).map(({ part, changes }) => (
          <section key={part} data-sudare="diff-part" data-sudare-part={part}>
            <h2>{titles[part]}</h2>
            <ul>
              {changes.map((one, n) => (
                <li key={n} className={one.loosens === true ? 'sudare-mod-looser' : ''}>
                  {one.message}
                </li>
              ))}
            </ul>
          </section>
        ))}
        {diff.approvals.length === 0 ? null : (
          <section data-sudare="diff-approvals">
            <h2>{trans.__('Signatures')}</h2>
            <ul>
              {diff.approvals.map((one, n) => (
                <li key={n}>{one.message}</li>
              ))}
            </ul>
          </section>
        )}
      </div>
    ),
    buttons: [Dialog.okButton({ label: trans.__('Close') })]
  });
}
