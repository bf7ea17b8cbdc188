/** An open spec: its text in the editor, what the server reads in it, and the file it is of. The file is the truth. */

import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { IDisposable } from '@lumino/disposable';
import { Debouncer, Poll } from '@lumino/polling';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { Refusal } from '../api.js';
import type { Edit } from '../api.js';
import { problemsIn } from '../common.js';
import type { Common } from '../common.js';
import { serverPath } from '../core/files.js';
import { asSpec, withAnswer } from '../core/reading.js';
import { replacement } from '../core/replacing.js';
import type { FileState, SpecView } from '../core/reading.js';
import type { ProblemTold, ViewTold } from '../types.js';

const AFTER_TYPING = 400; // milliseconds
const LOOKS_EVERY = 3_000; // milliseconds: a desk in a notebook writes the same file

/** What the reading view draws, and what its buttons do. */
export class SpecModel implements IDisposable {
  constructor(
    readonly context: DocumentRegistry.IContext<DocumentRegistry.ICodeModel>,
    readonly common: Common
  ) {
    this.typed = new Debouncer(() => this.refresh(), AFTER_TYPING);
    this.looking = new Poll({
      name: 'sudare:file',
      factory: (): Promise<void> => this.look(),
      frequency: { interval: LOOKS_EVERY, backoff: true, max: 30_000 },
      standby: 'when-hidden',
      auto: false
    });
    context.ready
      .then(() => {
        this.onFile();
        context.model.contentChanged.connect(this.onText, this);
        context.fileChanged.connect(this.onFile, this);
        context.saveState.connect(this.onSave, this);
        common.settingsChanged.connect(this.onText, this);
        return this.looking.start();
      })
      .catch((error: unknown) => console.warn('sudare: a spec could not be opened', error));
  }

  get path(): string {
    return serverPath(this.context.path);
  }

  /** What the server read last, null before it answered. */
  get view(): ViewTold | null {
    return this._view;
  }

  /** The last text that could be read as a spec: shown, greyed, while the text cannot. */
  get spec(): SpecView | null {
    return this._spec;
  }

  /** Whether the text as it stands could not be read. */
  get isBroken(): boolean {
    return this._view !== null && asSpec(this._view) === null;
  }

  /** Whether the file was changed elsewhere while this text has changes of its own. */
  get isStale(): boolean {
    return this.file?.stale === true;
  }

  get changed(): ISignal<this, undefined> {
    return this._changed;
  }

  /** Hears that a form is wanted for a step that shall be added. */
  get wanted(): ISignal<this, Record<string, unknown>> {
    return this._wanted;
  }

  /** Hears which place of the spec shall be shown, such as steps[3]. */
  get shown(): ISignal<this, string> {
    return this._shown;
  }

  get isDisposed(): boolean {
    return this.looking.isDisposed;
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this.looking.dispose();
    this.typed.dispose();
    this.common.settingsChanged.disconnect(this.onText, this);
    Signal.clearData(this);
  }

  want(step: Record<string, unknown>): void {
    this._wanted.emit(step);
  }

  show(place: string): void {
    this._shown.emit(place);
  }

  /** Make one edit through the server's writer. Returns what is wrong; nothing, and the text is the new one. */
  async edit(edit: Edit): Promise<readonly ProblemTold[]> {
    const { trans } = this.common;
    const before = this.context.model.toString();
    if (this.file === null) {
      return [{ code: 'not-read', where: '', message: trans.__('The spec has not been read yet.') }];
    }
    try {
      const { text } = await this.common.api.edit(this.path, before, this.file.revision, edit);
      if (this.context.model.toString() !== before) {
        const message = trans.__('The text was changed meanwhile. Please do it again.');
        return [{ code: 'text-changed', where: '', message }];
      }
      this.write(before, text);
      await this.refresh();
      return [];
    } catch (error) {
      if (error instanceof Refusal && error.isStale) {
        this.file = { ...this.file, stale: true };
        this._changed.emit(undefined);
      }
      return problemsIn(error);
    }
  }

  /** Read the file again; what was changed here and not saved is lost. */
  async reload(): Promise<void> {
    await this.context.revert();
  }

  /** Ask the server to read the text as it stands. */
  async refresh(): Promise<void> {
    const asked = ++this.asked;
    const { isFresh } = this;
    this.isFresh = false;
    const view = await this.common.api.view(this.path, this.context.model.toString()).catch((error: unknown) => {
      const told: ViewTold = { text: '', revision: this.file?.revision ?? null, problems: problemsIn(error) };
      return told;
    });
    if (this.isDisposed) {
      return;
    }
    if (asked !== this.asked) {
      this.isFresh ||= isFresh; // an answer that came too late says nothing of the file
      return;
    }
    this.file = withAnswer(this.file, view.revision, isFresh);
    this._view = view;
    this._spec = asSpec(view) ?? this._spec;
    this._changed.emit(undefined);
  }

  /** Put the new text into the document that the editor shows too; Lab saves it, and asks before it is lost. */
  private write(before: string, after: string): void {
    const { model } = this.context;
    const found = replacement(before, after);
    if (found !== null) {
      model.sharedModel.updateSource(found.start, found.end, found.value);
      model.dirty = true;
    }
  }

  private onText(): void {
    this.typed.invoke().catch(() => undefined); // replaced by a later one
  }

  private onFile(): void {
    this.isFresh = true;
    void this.refresh();
  }

  private onSave(_sender: unknown, state: DocumentRegistry.SaveState): void {
    if (state === 'completed') {
      this.onFile();
    }
  }

  /** See whether somebody else wrote the file: take it over where nothing is lost, else say so. */
  private async look(): Promise<void> {
    const known = this.context.contentsModel?.last_modified;
    const { contents } = this.common.app.serviceManager;
    const now = await contents.get(this.context.path, { content: false });
    if (known === undefined || this.isDisposed || now.last_modified === this.seen || now.last_modified === known) {
      return;
    }
    this.seen = now.last_modified;
    if (this.context.model.dirty) {
      await this.refresh();
    } else {
      await this.context.revert();
    }
  }

  private asked = 0;
  private seen = '';
  private isFresh = true;
  private file: FileState | null = null;
  private _view: ViewTold | null = null;
  private _spec: SpecView | null = null;
  private readonly typed: Debouncer;
  private readonly looking: Poll;
  private readonly _changed = new Signal<this, undefined>(this);
  private readonly _wanted = new Signal<this, Record<string, unknown>>(this);
  private readonly _shown = new Signal<this, string>(this);
}
