/** The dialogs: what a run is started with, what a check found, what differs between two specs. */

import { Dialog, ReactWidget, showDialog } from '@jupyterlab/apputils';
import * as React from 'react';

import { Commands, ProblemList } from './common.js';
import type { Common } from './common.js';
import type { RunRequest } from './api.js';
import { folderOf, isTable, joined, nameOf, proposedInput, proposedOut } from './core/files.js';
import type { CheckedTold, SettingsTold } from './types.js';

class RunForm extends ReactWidget implements Dialog.IBodyWidget<RunRequest> {
  constructor(
    private readonly common: Common,
    private readonly spec: string,
    private readonly tables: readonly string[],
    private readonly server: SettingsTold | null
  ) {
    super();
    this.addClass('sudare-dialog');
    this.input = proposedInput(spec, tables);
    this.out = proposedOut(spec);
    this.keys = common.settings().keyStore;
  }

  getValue(): RunRequest {
    const request = { spec: this.spec, input: this.input.trim(), out: this.out.trim() };
    return this.keys.trim() === '' ? request : { ...request, key_store: this.keys.trim() };
  }

  override render(): React.JSX.Element {
    const { trans } = this.common;
    const keys = this.server?.key_store === '' ? trans.__('the usual place') : (this.server?.key_store ?? '');
    return (
      <div data-sudare="run-form">
        <p>
          {trans.__('Spec')}: <code>{this.spec}</code>
        </p>
        <label>
          {trans.__('Input table')}
          <input
            className="jp-mod-styled"
            list="sudare-tables"
            data-sudare="run-input"
            defaultValue={this.input}
            onChange={event => {
              this.input = event.target.value;
            }}
          />
          <datalist id="sudare-tables">
            {this.tables.map(path => (
              <option key={path} value={path} />
            ))}
          </datalist>
        </label>
        <label>
          {trans.__('Output folder')}
          <input
            className="jp-mod-styled"
            data-sudare="run-out"
            defaultValue={this.out}
            onChange={event => {
              this.out = event.target.value;
            }}
          />
        </label>
        <label>
          {trans.__('Folder of the keys (empty: that of the server)')}
          <input
            className="jp-mod-styled"
            data-sudare="run-keys"
            defaultValue={this.keys}
            onChange={event => {
              this.keys = event.target.value;
            }}
          />
        </label>
        <p className="sudare-hint">
          {trans.__('The spec is run as it is saved. Nothing is written before every check has passed.')}
        </p>
        {this.server === null ? null : (
          <p className="sudare-hint" data-sudare="server-settings">
            {trans.__('The server: at most %1 runs at a time; keys in %2', this.server.concurrent_runs, keys)}
          </p>
        )}
      </div>
    );
  }

  private input: string;
  private out: string;
  private keys: string;
}

/** Ask what a run is started with; null when the person thinks better of it. */
export async function askForRun(common: Common, spec: string): Promise<RunRequest | null> {
  const folder = folderOf(spec);
  const listed = await common.app.serviceManager.contents.get(folder).catch(() => null);
  const server = await common.api.serverSettings().catch(() => null); // only told, not needed
  const entries: unknown = listed?.content;
  const names = Array.isArray(entries) ? entries.map((one: { name: string }) => one.name) : [];
  const tables = names.filter(isTable).map(name => joined(folder, name));
  const { trans } = common;
  const answer = await showDialog({
    title: trans.__('Run in production'),
    body: new RunForm(common, spec, tables, server),
    buttons: [Dialog.cancelButton({ label: trans.__('Cancel') }), Dialog.okButton({ label: trans.__('Run') })]
  });
  return answer.button.accept ? answer.value : null;
}

/** Show what a check found. */
export async function showCheck(common: Common, path: string, told: CheckedTold): Promise<void> {
  const { trans } = common;
  const open = Dialog.okButton({ label: trans.__('Open the spec') });
  const answer = await showDialog({
    title: trans.__('Check of %1', nameOf(path)),
    body: (
      <div className="sudare-dialog" data-sudare="check">
        {told.ok ? <p>{trans.__('The spec can be run.')}</p> : <p>{trans.__('The spec cannot be run as it is.')}</p>}
        <ProblemList problems={told.problems} />
        {told.open.length === 0 ? null : <p>{trans.__('Open points')}</p>}
        <ProblemList problems={told.open} kind="open" />
      </div>
    ),
    buttons: [Dialog.cancelButton({ label: trans.__('Close') }), open]
  });
  if (answer.button.accept) {
    await common.app.commands.execute('docmanager:open', { path });
  }
}

/** Show what changed from one spec to another. */
export async function showDiff(common: Common, a: string, b: string, lines: readonly string[]): Promise<void> {
  const { trans } = common;
  await showDialog({
    title: trans.__('What changed'),
    body: (
      <div className="sudare-dialog" data-sudare="diff">
        <p>
          <code>{a}</code> → <code>{b}</code>
        </p>
        {lines.length === 0 ? <p>{trans.__('Nothing.')}</p> : null}
        <ul>
          {lines.map((line, n) => (
            <li key={n}>{line}</li>
          ))}
        </ul>
      </div>
    ),
    buttons: [Dialog.okButton({ label: trans.__('Close') })]
  });
}

/** The command that shows the panel, named here so that dialogs can lead to it. */
export function showPanel(common: Common): void {
  void common.app.commands.execute(Commands.panel);
}
