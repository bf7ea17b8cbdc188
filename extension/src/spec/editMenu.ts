/** Undo and redo of Lab's own Edit menu, where a reading view is in front. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { WidgetTracker } from '@jupyterlab/apputils';
import type { IMainMenu } from '@jupyterlab/mainmenu';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Widget } from '@lumino/widgets';

import type { SpecDocument } from './document.js';
import type { SpecModel } from './model.js';

const NO_ARGUMENTS = { args: { type: 'object', properties: {} } } as const;

export function addToEditMenu(
  app: JupyterFrontEnd,
  trans: TranslationBundle,
  menu: IMainMenu,
  documents: WidgetTracker<SpecDocument>
): void {
  const current = (): SpecModel | null => documents.currentWidget?.content.model ?? null;
  const isOurs = (widget: Widget): boolean => documents.find(one => one === widget) !== undefined;
  app.commands.addCommand('sudare:undo', {
    label: trans.__('Undo the last change (Ctrl+Z)'),
    describedBy: NO_ARGUMENTS,
    isEnabled: () => current()?.canUndo === true,
    execute: () => current()?.undo()
  });
  app.commands.addCommand('sudare:redo', {
    label: trans.__('Make it again (Ctrl+Shift+Z)'),
    describedBy: NO_ARGUMENTS,
    isEnabled: () => current()?.canRedo === true,
    execute: () => current()?.redo()
  });
  menu.editMenu.undoers.undo.add({ id: 'sudare:undo', isEnabled: isOurs });
  menu.editMenu.undoers.redo.add({ id: 'sudare:redo', isEnabled: isOurs });
}
