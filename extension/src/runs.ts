/** The production runs of this server: listed once, kept up to date by its events. */

import type { Event } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { Api, RunRequest } from './api.js';
import { eventOf, isEnded, withEvent } from './core/runList.js';
import type { RunTold } from './types.js';

const EVENT = 'https://events.sudare.invalid/run'; // a name, which nobody ever fetches
const WHILE_WORKING = 5_000; // milliseconds: an event that got lost is made up for

/** The runs as they are now. A page that is loaded again finds them as they are: the server keeps them. */
export class RunsModel implements IDisposable {
  constructor(
    private readonly api: Api,
    private readonly events: Event.IManager
  ) {
    events.stream.connect(this.onEvent, this);
    this.poll = new Poll({
      name: 'sudare:runs',
      factory: (): Promise<void> => (this.isWorking ? this.refresh() : Promise.resolve()),
      frequency: { interval: WHILE_WORKING, backoff: true, max: 60_000 },
      standby: 'when-hidden'
    });
  }

  /** All runs, the newest first. */
  get runs(): readonly RunTold[] {
    return this.list;
  }

  /** The last run that ended otherwise than done while this page looked on, until somebody looks at it. */
  get unseen(): RunTold | null {
    return this._unseen;
  }

  /** Somebody looked at the runs. */
  see(): void {
    this._unseen = null;
    this._changed.emit(undefined);
  }

  get changed(): ISignal<this, undefined> {
    return this._changed;
  }

  /** Hears of each run that ended while this page looked on. */
  get ended(): ISignal<this, RunTold> {
    return this._ended;
  }

  get isDisposed(): boolean {
    return this.poll.isDisposed;
  }

  dispose(): void {
    this.events.stream.disconnect(this.onEvent, this);
    this.poll.dispose();
    Signal.clearData(this);
  }

  /** Ask the server for all of them. */
  async refresh(): Promise<void> {
    const { runs } = await this.api.runs();
    const working = new Set(this.list.filter(run => !isEnded(run.state) || this.ending.has(run.id)).map(run => run.id));
    this.list = runs;
    this.ending.clear();
    const ended = runs.filter(run => working.has(run.id) && isEnded(run.state));
    this._unseen = ended.find(run => run.state !== 'done' && run.state !== 'cancelled') ?? this._unseen;
    this._changed.emit(undefined);
    for (const run of ended) {
      this._ended.emit(run);
    }
  }

  async start(request: RunRequest): Promise<RunTold> {
    const run = await this.api.start(request);
    this._unseen = null;
    await this.refresh();
    return run;
  }

  async cancel(id: string): Promise<void> {
    await this.api.cancel(id);
    await this.refresh();
  }

  private get isWorking(): boolean {
    return this.list.some(run => !isEnded(run.state));
  }

  private onEvent(_sender: Event.IManager['stream'] | Event.IManager, event: Event.Emission): void {
    const told = event.schema_id === EVENT ? eventOf(event) : null;
    if (told === null) {
      return;
    }
    const { runs, asks } = withEvent(this.list, told);
    this.list = runs;
    if (asks) {
      this.ending.add(told.id); // receipts and problems come with the list
      this.refresh().catch((error: unknown) => console.warn('sudare: the runs could not be read', error));
    }
    this._changed.emit(undefined);
  }

  private list: readonly RunTold[] = [];
  private _unseen: RunTold | null = null;
  private readonly ending = new Set<string>();
  private readonly poll: Poll;
  private readonly _changed = new Signal<this, undefined>(this);
  private readonly _ended = new Signal<this, RunTold>(this);
}
