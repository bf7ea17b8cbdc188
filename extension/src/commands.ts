/** The commands: what the context menu, the palette, the menu and the shortcuts call. */

import { InputDialog } from '@jupyterlab/apputils';
import type { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import type { CommandRegistry } from '@lumino/commands';

import { Commands, tell } from './common.js';
import type { Common } from './common.js';
import { isSpec, isTable, nameOf } from './core/files.js';
import { askForRun, showCheck, showDiff, showPanel } from './dialogs.js';
import { chosen, folderShown, pathIn } from './fileBrowser.js';
import { sudareIcon } from './icon.js';

type Args = Parameters<CommandRegistry.CommandFunc<unknown>>[0];

type Pair = readonly [string, string];

const WITH_PATH = {
  args: {
    type: 'object',
    properties: { path: { type: 'string', description: 'Path below the root of the server' } }
  }
} as const;

/** Add them all; `open` tells the path of the spec that is open, '' for none. */
export function addCommands(common: Common, browsers: IFileBrowserFactory | null, open: () => string): void {
  const { app, trans } = common;
  const table = (args: Args): string => pathIn(args) ?? chosen(browsers).find(isTable) ?? '';
  const spec = (args: Args): string => pathIn(args) ?? (chosen(browsers).find(isSpec) || open());

  app.commands.addCommand(Commands.start, {
    label: trans.__('Start processing design'),
    caption: trans.__('Draft a spec from what is found in the table, and open the studio on it'),
    icon: sudareIcon,
    describedBy: WITH_PATH,
    isVisible: args => args['anywhere'] === true || isTable(table(args)),
    execute: async args => {
      const title = trans.__('Start processing design');
      const asked = table(args) || (await askForTable(common, browsers));
      if (asked === '') {
        return;
      }
      await startDesign(common, asked).catch((error: unknown) => tell(common, title, error));
    }
  });
  app.commands.addCommand(Commands.check, {
    label: trans.__('Check'),
    caption: trans.__('Say whether the spec can be run, and what is open'),
    icon: sudareIcon,
    describedBy: WITH_PATH,
    isVisible: args => args['anywhere'] === true || isSpec(spec(args)),
    isEnabled: args => isSpec(spec(args)),
    execute: async args => {
      const path = spec(args);
      await common.api
        .check(path)
        .then(told => showCheck(common, path, told))
        .catch((error: unknown) => tell(common, trans.__('Check'), error));
    }
  });
  app.commands.addCommand(Commands.run, {
    label: trans.__('Run in production'),
    caption: trans.__('Run the spec on a table, in a process of its own'),
    icon: sudareIcon,
    describedBy: WITH_PATH,
    isVisible: args => args['anywhere'] === true || isSpec(spec(args)),
    isEnabled: args => isSpec(spec(args)),
    execute: async args => {
      const request = await askForRun(common, spec(args));
      if (request === null) {
        return;
      }
      await common.runs
        .start(request)
        .then(() => showPanel(common))
        .catch((error: unknown) => tell(common, trans.__('Run in production'), error));
    }
  });
  app.commands.addCommand(Commands.diff, {
    label: trans.__('Compare two specs'),
    caption: trans.__('Say in words what changed from one spec to another'),
    describedBy: {
      args: { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } } }
    },
    isVisible: args => args['anywhere'] === true || chosen(browsers).filter(isSpec).length > 0,
    execute: async args => {
      const both: Pair | null = typeof args['a'] === 'string' && typeof args['b'] === 'string' ? [args['a'], args['b']] : null;
      const pair = both ?? (await askForPair(common, chosen(browsers).filter(isSpec), open()));
      if (pair === null) {
        return;
      }
      const [a, b] = pair;
      await common.api
        .diff(a, b)
        .then(told => showDiff(common, a, b, told.lines))
        .catch((error: unknown) => tell(common, trans.__('Compare two specs'), error));
    }
  });
  app.commands.addCommand(Commands.text, {
    label: trans.__('Open the text beside'),
    caption: trans.__('Show the YAML text of the spec beside its reading view'),
    describedBy: WITH_PATH,
    isEnabled: args => isSpec(spec(args)),
    execute: async args => {
      await app.commands.execute('docmanager:open', {
        path: spec(args),
        factory: 'Editor',
        options: { mode: 'split-right' }
      });
    }
  });
  app.commands.addCommand(Commands.notebook, {
    label: trans.__('Open a notebook of the guideline'),
    describedBy: { args: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] } },
    execute: async args => {
      const name = typeof args['name'] === 'string' ? args['name'] : '00-overview.ipynb';
      await common.api
        .notebook(name)
        .then(({ path }) => app.commands.execute('docmanager:open', { path }))
        .catch((error: unknown) => tell(common, trans.__('Open a notebook of the guideline'), error));
    }
  });
}

async function startDesign(common: Common, table: string): Promise<void> {
  const { app } = common;
  const made = await common.api.draft(table);
  await app.commands.execute('docmanager:open', { path: made.notebook });
  await app.commands.execute('docmanager:open', {
    path: made.path,
    options: { mode: common.settings().beside ? 'split-right' : 'tab-after' }
  });
}

async function askForTable(common: Common, browsers: IFileBrowserFactory | null): Promise<string> {
  const { trans, app } = common;
  const folder = folderShown(browsers);
  const listed = await app.serviceManager.contents.get(folder).catch(() => null);
  const entries: unknown = listed?.content;
  const paths = Array.isArray(entries) ? entries.map((one: { path: string }) => one.path).filter(isTable) : [];
  const answer = await InputDialog.getItem({
    title: trans.__('Of which table?'),
    items: paths,
    editable: true,
    okLabel: trans.__('Start')
  });
  return answer.button.accept ? (answer.value ?? '') : '';
}

async function askForPair(common: Common, among: readonly string[], open: string): Promise<Pair | null> {
  const [one, two] = [among.at(0), among.at(1)];
  if (one !== undefined && two !== undefined) {
    return [one, two];
  }
  const first = one ?? open;
  const { trans } = common;
  const answer = await InputDialog.getText({
    title: trans.__('Compare %1 with which spec?', nameOf(first)),
    text: first,
    okLabel: trans.__('Compare')
  });
  return answer.button.accept && answer.value ? [first, answer.value] : null;
}
