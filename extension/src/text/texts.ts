/** The texts of specs that are open in Lab's own editor. */

import { CodeMirrorEditor } from '@jupyterlab/codemirror';
import type { ICompletionProviderManager } from '@jupyterlab/completer';
import { DocumentWidget } from '@jupyterlab/docregistry';
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import { FileEditor } from '@jupyterlab/fileeditor';
import type { IEditorTracker } from '@jupyterlab/fileeditor';
import { Debouncer } from '@lumino/polling';

import type { Common } from '../common.js';
import { isSpec, serverPath } from '../core/files.js';
import type { ViewTold } from '../types.js';
import { completing } from './known.js';
import { SpecProvider } from './provider.js';

const AFTER_TYPING = 400; // milliseconds

type Editor = IDocumentWidget<FileEditor>;

/** Complete and check the text of every spec that is opened. */
export function addTexts(common: Common, editors: IEditorTracker | null, completers: ICompletionProviderManager | null): void {
  completers?.registerProvider(new SpecProvider(common, completers));
  const known = new WeakSet<Editor>();
  const follow = (editor: Editor): void => {
    if (!known.has(editor) && isSpec(editor.context.path)) {
      known.add(editor);
      new Checked(common, editor);
    }
  };
  const add = (editor: Editor): void => {
    const again = (): void => follow(editor); // a file may become a spec by its name
    again();
    editor.context.pathChanged.connect(again);
    editor.disposed.connect(() => editor.context.pathChanged.disconnect(again));
  };
  editors?.forEach(add);
  editors?.widgetAdded.connect((_sender, editor) => add(editor));
}

/** One text: asked about when it has changed, and marked with the answer if it has not changed since. */
class Checked {
  constructor(
    private readonly common: Common,
    private readonly editor: Editor
  ) {
    editor.addClass('sudare-text');
    this.typed = new Debouncer(() => this.check(), AFTER_TYPING);
    const onText = (): void => {
      this.typed.invoke().catch(() => undefined); // replaced by a later one
    };
    const again = (): void => {
      this.checked = null;
      onText();
    };
    const { model, ready, fileChanged } = editor.context;
    ready
      .then(async () => {
        const { editor: code } = editor.content;
        if (code instanceof CodeMirrorEditor) {
          const { specExtensions } = await import('./marks.js');
          code.injectExtension(specExtensions(common));
        }
        if (editor.isDisposed) {
          return;
        }
        model.contentChanged.connect(onText);
        fileChanged.connect(again);
        common.settingsChanged.connect(again);
        await Promise.all([this.check(), completing(common)]); // so that the first choices are there at once
        editor.node.dataset['sudare'] = 'text-ready';
      })
      .catch((error: unknown) => console.warn('sudare: the text of a spec cannot be checked', error));
    editor.disposed.connect(() => {
      this.typed.dispose();
      model.contentChanged.disconnect(onText); // the reading view may keep the document open
      fileChanged.disconnect(again);
      common.settingsChanged.disconnect(again);
    });
  }

  private async check(): Promise<void> {
    const { context, content } = this.editor;
    const text = content.model.sharedModel.getSource();
    if (text === this.checked || this.editor.isDisposed) {
      return;
    }
    this.checked = text;
    const asked = ++this.asked;
    const told = await this.common.api.view(serverPath(context.path), text).catch(() => null);
    if (told === null || asked !== this.asked) {
      this.checked = told === null ? null : this.checked; // without an answer the marks stay as they are
      return;
    }
    await this.draw(text, told);
  }

  /** Mark what is wrong, unless the text has changed since it was asked about: it will be asked about again. */
  private async draw(text: string, told: ViewTold): Promise<void> {
    const { mark } = await import('./marks.js');
    const { editor } = this.editor.content;
    if (!this.editor.isDisposed && editor instanceof CodeMirrorEditor && editor.editor.state.doc.toString() === text) {
      mark(editor.editor, text, told);
    }
  }

  private checked: string | null = null;
  private asked = 0;
  private readonly typed: Debouncer;
}

/** Put the cursor of a text on a place of its spec, such as `steps[3].edges`. */
export async function showPlace(opened: unknown, where: string): Promise<void> {
  if (!(opened instanceof DocumentWidget) || !(opened.content instanceof FileEditor)) {
    return;
  }
  await opened.context.ready;
  const { rangeAt } = await import('../core/places.js');
  const { editor } = opened.content;
  const { from } = rangeAt(editor.model.sharedModel.getSource(), where);
  const position = editor.getPositionAt(from);
  if (position !== undefined) {
    editor.setCursorPosition(position);
    editor.revealPosition(position);
    editor.focus();
  }
}
