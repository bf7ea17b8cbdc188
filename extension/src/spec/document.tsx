/** The document type: the reading view on the same text that the editor shows. */

import { ReactWidget, ToolbarButton, ToolbarButtonComponent, UseSignal } from '@jupyterlab/apputils';
import { ABCWidgetFactory, DocumentWidget } from '@jupyterlab/docregistry';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { redoIcon, undoIcon } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { Commands } from '../common.js';
import type { Common } from '../common.js';
import { isUndoKey } from '../core/readingKeys.js';
import { nearest } from '../core/reading.js';
import { sudareIcon } from '../icon.js';
import { SpecModel } from './model.js';
import { Reading } from './reading.js';

type Context = DocumentRegistry.IContext<DocumentRegistry.ICodeModel>;

export const FILE_TYPE = 'sudare-spec';
export const FACTORY = 'Sudare spec';

/** The content: React draws it. */
export class SpecPanel extends ReactWidget {
  constructor(readonly model: SpecModel) {
    super();
    this.addClass('sudare-spec');
    this.node.tabIndex = -1;
    model.shown.connect(this.scrollTo, this);
  }

  override render(): React.JSX.Element {
    return <Reading model={this.model} />;
  }

  override dispose(): void {
    this.model.dispose();
    super.dispose();
  }

  /** Ctrl+Z and Ctrl+Shift+Z, but in a field, which takes back what was typed in it. */
  handleEvent(event: Event): void {
    const wanted = event instanceof KeyboardEvent && !isField(event.target) ? isUndoKey(event) : null;
    if (wanted === null) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    void (wanted === 'undo' ? this.model.undo() : this.model.redo());
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.node.addEventListener('keydown', this);
  }

  protected override onBeforeDetach(message: Message): void {
    this.node.removeEventListener('keydown', this);
    super.onBeforeDetach(message);
  }

  protected override onActivateRequest(): void {
    if (!this.node.contains(document.activeElement)) {
      this.node.focus({ preventScroll: true });
    }
  }

  private scrollTo(_sender: SpecModel, where: string): void {
    const places = [...this.node.querySelectorAll<HTMLElement>('[data-sudare-place]')];
    const place = nearest(
      places.map(one => one.dataset['sudarePlace'] ?? ''),
      where
    );
    const at = places.find(one => one.dataset['sudarePlace'] === place);
    const folded = at?.closest('details') ?? null;
    if (folded !== null) {
      folded.open = true;
    }
    at?.scrollIntoView({ block: 'center' });
    at?.classList.add('sudare-mod-shown');
    setTimeout(() => at?.classList.remove('sudare-mod-shown'), 2_000);
  }
}

function isField(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input:not([type=checkbox]), textarea') !== null;
}

/** Undo and redo in the toolbar, off where there is nothing to take back. */
class UndoTools extends ReactWidget {
  constructor(private readonly model: SpecModel) {
    super();
    this.addClass('sudare-undo');
  }

  override render(): React.JSX.Element {
    const { model } = this;
    const { trans } = model.common;
    return (
      <UseSignal signal={model.changed}>
        {() => (
          <>
            <ToolbarButtonComponent
              icon={undoIcon}
              tooltip={trans.__('Undo the last change (Ctrl+Z)')}
              enabled={model.canUndo}
              onClick={() => void model.undo()}
            />
            <ToolbarButtonComponent
              icon={redoIcon}
              tooltip={trans.__('Make it again (Ctrl+Shift+Z)')}
              enabled={model.canRedo}
              onClick={() => void model.redo()}
            />
          </>
        )}
      </UseSignal>
    );
  }
}

/** The document in Lab's main area. */
export class SpecDocument extends DocumentWidget<SpecPanel, DocumentRegistry.ICodeModel> {}

/** Makes a reading view for a spec. */
export class SpecFactory extends ABCWidgetFactory<SpecDocument, DocumentRegistry.ICodeModel> {
  constructor(
    private readonly common: Common,
    options: DocumentRegistry.IWidgetFactoryOptions<SpecDocument>
  ) {
    super(options);
  }

  protected override createNewWidget(context: Context): SpecDocument {
    const { app, trans } = this.common;
    const model = new SpecModel(context, this.common);
    const document = new SpecDocument({ content: new SpecPanel(model), context });
    document.title.icon = sudareIcon;
    document.toolbar.addItem('undo', new UndoTools(model));
    const buttons: [string, string][] = [
      [Commands.text, trans.__('Text')],
      [Commands.unsaved, trans.__('What changed')],
      [Commands.check, trans.__('Check')],
      [Commands.run, trans.__('Run in production')]
    ];
    for (const [command, label] of buttons) {
      const run = (): void => void app.commands.execute(command, { path: model.path });
      document.toolbar.addItem(command, new ToolbarButton({ label, onClick: run }));
    }
    return document;
  }
}
