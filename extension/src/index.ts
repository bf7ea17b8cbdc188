/** The plugins of the extension. Every token beyond Lab's own shell is optional. */

import { ILayoutRestorer } from '@jupyterlab/application';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, Notification, WidgetTracker } from '@jupyterlab/apputils';
import { ICompletionProviderManager } from '@jupyterlab/completer';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IEditorTracker } from '@jupyterlab/fileeditor';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { ILauncher } from '@jupyterlab/launcher';
import { IMainMenu } from '@jupyterlab/mainmenu';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';

import { Api } from './api.js';
import { addCommands } from './commands.js';
import { Commands } from './common.js';
import type { Common, PageSettings } from './common.js';
import { isSpec, nameOf, serverPath, SPEC_SUFFIX } from './core/files.js';
import { languageOf } from './core/language.js';
import { showPanel } from './dialogs.js';
import { sudareIcon } from './icon.js';
import { Panel } from './panel/panel.js';
import { stateOf } from './panel/runsSection.js';
import { RunsModel } from './runs.js';
import { DEFAULTS, follow } from './settings.js';
import { FACTORY, FILE_TYPE, SpecFactory } from './spec/document.js';
import type { SpecDocument } from './spec/document.js';
import { addToEditMenu } from './spec/editMenu.js';
import { StatusItem } from './statusItem.js';
import { addTexts } from './text/texts.js';
import type { CatalogueTold, RunTold } from './types.js';

const ID = 'sudare:plugin';

function made(
  app: JupyterFrontEnd,
  translator: ITranslator,
  registry: ISettingRegistry | null,
  manager: IDocumentManager | null
): Common {
  const trans = translator.load('sudare');
  const changed = new Signal<object, undefined>({});
  let settings = DEFAULTS;
  let catalogues = new Map<string, Promise<CatalogueTold>>();
  const language = (): 'ja' | 'en' => languageOf(settings.language, translator.languageCode);
  const api = new Api(app.serviceManager.serverSettings, language, () =>
    trans.__('The server gave no answer that is understood. Is sudare.server enabled?')
  );
  const runs = new RunsModel(api, app.serviceManager.events);
  if (registry !== null) {
    follow(registry, ID, api, trans, now => {
      settings = now;
      changed.emit(undefined);
    }).catch((error: unknown) => console.warn('sudare: the settings could not be read or told', error));
  }
  return {
    app,
    api,
    runs,
    trans,
    translator,
    manager,
    settings: (): PageSettings => settings,
    settingsChanged: changed,
    catalogue: (): Promise<CatalogueTold> => {
      const asked = language();
      const known = catalogues.get(asked) ?? api.catalogue();
      catalogues.set(asked, known);
      known.catch(() => {
        catalogues = new Map();
      });
      return known;
    }
  };
}

function addDocuments(common: Common, restorer: ILayoutRestorer | null): WidgetTracker<SpecDocument> {
  const { app, trans } = common;
  app.docRegistry.addFileType({
    name: FILE_TYPE,
    displayName: trans.__('Processing design'),
    extensions: [SPEC_SUFFIX],
    mimeTypes: ['text/yaml'],
    fileFormat: 'text',
    contentType: 'file',
    icon: sudareIcon
  });
  const factory = new SpecFactory(common, {
    name: FACTORY,
    label: trans.__('Processing design'),
    modelName: 'text',
    fileTypes: [FILE_TYPE],
    defaultFor: [FILE_TYPE]
  });
  app.docRegistry.addWidgetFactory(factory);
  const tracker = new WidgetTracker<SpecDocument>({ namespace: 'sudare-spec' });
  factory.widgetCreated.connect((_sender, document) => {
    document.context.pathChanged.connect(() => void tracker.save(document));
    void tracker.add(document);
  });
  if (restorer !== null) {
    void restorer.restore(tracker, {
      command: 'docmanager:open',
      args: document => ({ path: document.context.path, factory: FACTORY }),
      name: document => document.context.path
    });
  }
  return tracker;
}

function tellEnded(common: Common, run: RunTold): void {
  const { trans, app } = common;
  const words = `${nameOf(run.spec)}: ${stateOf(common, run.state)}`;
  const show = { label: trans.__('Show'), callback: (): void => showPanel(common) };
  if (run.state === 'done') {
    const report = {
      label: trans.__('report'),
      callback: (): void => void app.commands.execute('docmanager:open', { path: run.report ?? '' })
    };
    Notification.success(words, { actions: [report, show], autoClose: 8_000 });
  } else {
    Notification.warning(words, { actions: [show], autoClose: false });
  }
}

function addLauncher(trans: TranslationBundle, launcher: ILauncher | null, palette: ICommandPalette | null): void {
  launcher?.add({ command: Commands.start, args: { anywhere: true }, category: trans.__('Processing design'), rank: 1 });
  for (const command of [
    Commands.start,
    Commands.check,
    Commands.run,
    Commands.diff,
    Commands.unsaved,
    Commands.panel,
    Commands.text
  ]) {
    palette?.addItem({ command, args: { anywhere: true }, category: trans.__('Processing design') });
  }
}

const plugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Processing design of anonymized information: specs, runs, the guideline.',
  autoStart: true,
  optional: [
    ITranslator,
    ISettingRegistry,
    IFileBrowserFactory,
    ILayoutRestorer,
    ICommandPalette,
    ILauncher,
    IStatusBar,
    IDocumentManager,
    IEditorTracker,
    ICompletionProviderManager,
    IMainMenu
  ],
  activate: (
    app: JupyterFrontEnd,
    translator: ITranslator | null,
    registry: ISettingRegistry | null,
    browsers: IFileBrowserFactory | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    status: IStatusBar | null,
    manager: IDocumentManager | null,
    editors: IEditorTracker | null,
    completers: ICompletionProviderManager | null,
    menu: IMainMenu | null
  ): void => {
    const common = made(app, translator ?? nullTranslator, registry, manager);
    const { trans } = common;
    const documents = addDocuments(common, restorer);
    if (menu !== null) {
      addToEditMenu(app, trans, menu, documents);
    }
    addCommands(common, browsers, () => {
      const open = app.shell.currentWidget;
      const document = open === null ? undefined : documents.find(one => one === open);
      const path = document?.context.path ?? '';
      return isSpec(path) ? serverPath(path) : '';
    });
    const panel = new Panel(common, documents);
    app.shell.add(panel, 'left', { rank: 450 });
    restorer?.add(panel, 'sudare-panel');
    app.commands.addCommand(Commands.panel, {
      label: trans.__('Show guideline and runs'),
      icon: sudareIcon,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => app.shell.activateById(panel.id)
    });
    app.commands.addCommand(Commands.insert, {
      label: trans.__('Insert a step'),
      describedBy: {
        args: {
          type: 'object',
          properties: { step: { type: 'string', description: 'The step, as JSON' } },
          required: ['step']
        }
      },
      isEnabled: () => documents.currentWidget !== null,
      execute: args => {
        const document = documents.currentWidget;
        const step: unknown = JSON.parse(typeof args['step'] === 'string' ? args['step'] : 'null');
        if (document !== null && typeof step === 'object' && step !== null) {
          app.shell.activateById(document.id);
          document.content.model.want({ ...step });
        }
      }
    });
    addTexts(common, editors, completers);
    addLauncher(trans, launcher, palette);
    status?.registerStatusItem('sudare:runs', { item: new StatusItem(common), align: 'left', rank: 50 });
    common.runs.ended.connect((_sender, run) => tellEnded(common, run));
    app.restored
      .then(() => common.runs.refresh())
      .catch((error: unknown) => console.warn('sudare: the server part did not answer', error));
  }
};

export default [plugin];
