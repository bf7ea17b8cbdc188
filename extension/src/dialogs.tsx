/** The dialogs that only tell: what a check found; and the way to the panel. */

import { Dialog, showDialog } from '@jupyterlab/apputils';
import * as React from 'react';

import { Commands, ProblemList } from './common.js';
import type { Common } from './common.js';
import { nameOf } from './core/files.js';
import { placeName } from './spec/placeName.js';
import type { CheckedTold } from './types.js';

/** Show what a check found. */
export async function showCheck(common: Common, path: string, told: CheckedTold): Promise<void> {
  const { trans } = common;
  const catalogue = await common.catalogue().catch(() => null); // for names only
  const name = (where: string): string => placeName(trans, null, catalogue, where);
  const open = Dialog.okButton({ label: trans.__('Open the spec') });
  const answer = await showDialog({
    title: trans.__('Check of %1', nameOf(path)),
    body: (
      <div className="sudare-dialog" data-sudare="check">
        {told.ok ? <p>{trans.__('The spec can be run.')}</p> : <p>{trans.__('The spec cannot be run as it is.')}</p>}
        <ProblemList problems={told.problems} name={name} />
        {told.open.length === 0 ? null : <p>{trans.__('Open points')}</p>}
        <ProblemList problems={told.open} kind="open" name={name} />
      </div>
    ),
    buttons: [Dialog.cancelButton({ label: trans.__('Close') }), open]
  });
  if (answer.button.accept) {
    await common.app.commands.execute('docmanager:open', { path });
  }
}

/** The command that shows the panel, named here so that dialogs can lead to it. */
export function showPanel(common: Common): void {
  void common.app.commands.execute(Commands.panel);
}
