/** The commands: what the context menu, the palette, the menu and the shortcuts call. */

import type { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import type { CommandRegistry } from '@lumino/commands';

import { Commands, tell } from './common.js';
import type { Common } from './common.js';
import { isSpec, isTable } from './core/files.js';
import { showCheck, showPanel } from './dialogs.js';
import { compare, showDiff, showUnsaved } from './diffDialog.js';
import { chosen, folderShown, pathIn } from './fileBrowser.js';
import { sudareIcon } from './icon.js';
import { askForRun, openContext } from './runDialog.js';
import { openStudio } from './studio.js';
import { askForTable, draft } from './tableDialog.js';
import type { DraftTold } from './types.js';
import { showPlace } from './text/texts.js';

type Args = Parameters<CommandRegistry.CommandFunc<unknown>>[0];

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
      const named = table(args);
      if (named === '') {
        const made = await askForTable(common, folderShown(browsers));
        await (made === null ? undefined : openDesign(common, made));
        return;
      }
      await draft(common, named)
        .then(made => openDesign(common, made))
        .catch((error: unknown) => tell(common, title, error));
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
      if ((await askForRun(common, spec(args))) !== null) {
        showPanel(common);
      }
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
      const [a, b] = [args['a'], args['b']];
      if (typeof a === 'string' && typeof b === 'string') {
        await common.api
          .diff(a, b)
          .then(told => showDiff(common, `${a} → ${b}`, told))
          .catch((error: unknown) => tell(common, trans.__('Compare two specs'), error));
        return;
      }
      const among = chosen(browsers).filter(isSpec);
      await compare(common, among.at(0) ?? open(), among.at(1) ?? '');
    }
  });
  app.commands.addCommand(Commands.unsaved, {
    label: trans.__('What changed since it was saved'),
    caption: trans.__('Say in words what the open spec says otherwise than its file'),
    describedBy: WITH_PATH,
    isEnabled: () => open() !== '',
    execute: async args => {
      const path = pathIn(args) ?? open();
      const text = openContext(common, path)?.model.toString();
      if (text !== undefined) {
        await showUnsaved(common, path, text).catch((error: unknown) =>
          tell(common, trans.__('What changed since it was saved'), error)
        );
      }
    }
  });
  app.commands.addCommand(Commands.text, {
    label: trans.__('Open the text beside'),
    caption: trans.__('Show the YAML text of the spec beside its reading view'),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          ...WITH_PATH.args.properties,
          place: { type: 'string', description: 'The place to show, such as steps[3].edges' }
        }
      }
    },
    isEnabled: args => isSpec(spec(args)),
    execute: async args => {
      const opened: unknown = await app.commands.execute('docmanager:open', {
        path: spec(args),
        factory: 'Editor',
        options: { mode: 'split-right' }
      });
      if (typeof args['place'] === 'string') {
        await showPlace(opened, args['place']);
      }
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

async function openDesign(common: Common, made: DraftTold): Promise<void> {
  const { app } = common;
  await openStudio(common, made);
  await app.commands.execute('docmanager:open', {
    path: made.path,
    options: { mode: common.settings().beside ? 'split-right' : 'tab-after' }
  });
}
