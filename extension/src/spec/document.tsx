/** The document type: the reading view on the same text that the editor shows. */

import { ReactWidget, ToolbarButton } from '@jupyterlab/apputils';
import { ABCWidgetFactory, DocumentWidget } from '@jupyterlab/docregistry';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import * as React from 'react';

import { Commands } from '../common.js';
import type { Common } from '../common.js';
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

  private scrollTo(_sender: SpecModel, place: string): void {
    const at = [...this.node.querySelectorAll<HTMLElement>('[data-sudare-place]')].find(one =>
      place.startsWith(one.dataset['sudarePlace'] ?? ' ')
    );
    at?.scrollIntoView({ block: 'center' });
    at?.classList.add('sudare-mod-shown');
    setTimeout(() => at?.classList.remove('sudare-mod-shown'), 2_000);
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
    const buttons: [string, string][] = [
      [Commands.text, trans.__('Text')],
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
