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

/** What is said and where the person is once an edit was made: the first of these places that is there. */
export interface Done {
  readonly said: string;
  readonly focus: readonly string[];
}

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
        context.model.sharedModel.clearUndoHistory(); // Lab does so too, but only after a checkpoint was made
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

  /** What was done last, told to those who do not see it. */
  get said(): string {
    return this._said;
  }

  get canUndo(): boolean {
    return this.context.model.sharedModel.canUndo();
  }

  get canRedo(): boolean {
    return this.context.model.sharedModel.canRedo();
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

  /** Take the last change of the text back, or make it again: what was typed in the editor, too. */
  undo(): Promise<void> {
    const { sharedModel } = this.context.model;
    return this.stepped(sharedModel.undo(), this.common.trans.__('The last change was undone.'));
  }

  redo(): Promise<void> {
    const { sharedModel } = this.context.model;
    return this.stepped(sharedModel.redo(), this.common.trans.__('The change was made again.'));
  }

  /** Put the focus on the first of these places that is there, once the page is drawn. */
  focusOn(places: readonly string[]): void {
    this.places = places;
    this._changed.emit(undefined);
  }

  /** The places that want the focus, asked for once; null where it stays as it is. */
  takeFocus(): readonly string[] | null {
    const { places } = this;
    this.places = null;
    return places;
  }

  /** Make one edit through the server's writer. Returns what is wrong; nothing, and the text is the new one. */
  async edit(edit: Edit, done?: Done): Promise<readonly ProblemTold[]> {
    const { trans } = this.common;
    const before = this.context.model.toString();
    if (this.file === null) {
      return [{ code: 'not-read', where: '', message: trans.__('The spec has not been read yet.') }];
    }
    if (this._view?.text !== before) {
      await this.refresh(); // what the person saw, and what the places count, was another text
      return [{ code: 'text-changed', where: '', message: trans.__('The text was changed meanwhile. Please do it again.') }];
    }
    try {
      const { text } = await this.common.api.edit(this.path, before, this.file.revision, edit);
      if (this.context.model.toString() !== before) {
        const message = trans.__('The text was changed meanwhile. Please do it again.');
        return [{ code: 'text-changed', where: '', message }];
      }
      this.write(before, text);
      if (done !== undefined) {
        this.places = done.focus;
        this.say(text === before ? trans.__('Nothing was changed.') : done.said);
      }
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
    await this.revert();
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
      endUndoStep(model.sharedModel);
      model.sharedModel.updateSource(found.start, found.end, found.value);
      endUndoStep(model.sharedModel);
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
    if (this.context.model.dirty) {
      await this.refresh();
    } else {
      await this.revert();
    }
    this.seen = now.last_modified; // only now: what failed is tried again
  }

  /** Read the file anew. What others wrote is no change of this page: it cannot be undone here, and so not be lost. */
  private async revert(): Promise<void> {
    await this.context.revert();
    this.context.model.dirty = false; // Lab leaves it as it was, and then the file would not be followed any more
    this.context.model.sharedModel.clearUndoHistory();
    this._changed.emit(undefined);
  }

  private async stepped(isDone: boolean, said: string): Promise<void> {
    if (isDone) {
      this.say(said);
      this.places = [];
      await this.refresh();
    }
  }

  private say(words: string): void {
    // Said twice in a row, the same words would not be read out again.
    this._said = words === this._said ? `${words}\u00a0` : words;
  }

  private asked = 0;
  private places: readonly string[] | null = null;
  private _said = '';
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

/** Let what comes be undone by itself: changes within half a second of one another would else be one. */
function endUndoStep(shared: object): void {
  const manager: unknown = 'undoManager' in shared ? shared.undoManager : null;
  if (typeof manager === 'object' && manager !== null && 'stopCapturing' in manager) {
    const stop: unknown = manager.stopCapturing;
    if (typeof stop === 'function') {
      stop.call(manager);
    }
  }
}
