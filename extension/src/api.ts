/** The server's part of sudare, asked as its routes are. */

import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import { lineOf, problemsOf } from './core/problems.js';
import type { Language } from './core/language.js';
import type {
  CatalogueTold,
  CheckedTold,
  DiffTold,
  DraftTold,
  EditTold,
  NotebookTold,
  ProblemTold,
  RunsTold,
  RunTold,
  SettingsTold,
  ViewTold
} from './types.js';

/** An answer that is no success, with what the server said is wrong. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly problems: ProblemTold[]
  ) {
    super(problems.map(lineOf).join('\n'));
    this.name = 'Refusal';
  }

  /** Whether the file was changed elsewhere since it was read. */
  get isStale(): boolean {
    return this.problems.some(problem => problem.code === 'stale-spec');
  }
}

/** One edit of a spec: a function of sudare.design.edits, and its arguments. */
export interface Edit {
  readonly name: string;
  readonly args: Record<string, unknown>;
}

/** What a run is started with. */
export interface RunRequest {
  readonly spec: string;
  readonly input: string;
  readonly out: string;
  readonly key_store?: string;
  readonly set?: Record<string, string>;
}

/** Asks the routes under `sudare/`. Every path is one that the file browser shows. */
export class Api {
  constructor(
    private readonly settings: ServerConnection.ISettings,
    private readonly language: () => Language,
    private readonly noAnswer: () => string
  ) {}

  catalogue(): Promise<CatalogueTold> {
    return this.ask<CatalogueTold>('GET', 'catalogue');
  }

  /** The JSON Schema of a spec; asked for once in each language. */
  schema(): Promise<Record<string, unknown>> {
    const asked = this.language();
    const known = this.schemas.get(asked) ?? this.ask<Record<string, unknown>>('GET', 'schema');
    this.schemas.set(asked, known);
    known.catch(() => this.schemas.delete(asked));
    return known;
  }

  serverSettings(): Promise<SettingsTold> {
    return this.ask<SettingsTold>('GET', 'settings');
  }

  /** Set what a page may set of the server; the answer says what holds, which the configuration may bound. */
  setServer(wanted: { concurrent_runs: number; small_count_limit: number }): Promise<SettingsTold> {
    return this.ask<SettingsTold>('PUT', 'settings', wanted);
  }

  /** The view of a spec as it is saved. */
  viewOfFile(path: string): Promise<ViewTold> {
    return this.ask<ViewTold>('POST', 'view', { path });
  }

  view(path: string, text: string): Promise<ViewTold> {
    return this.ask<ViewTold>('POST', 'view', { path, text });
  }

  edit(path: string, text: string, revision: string | null, edit: Edit): Promise<EditTold> {
    return this.ask<EditTold>('POST', 'edit', { path, text, revision, edit });
  }

  draft(path: string, regime: string): Promise<DraftTold> {
    return this.ask<DraftTold>('POST', 'draft', { path, regime });
  }

  check(path: string): Promise<CheckedTold> {
    return this.ask<CheckedTold>('POST', 'check', { path });
  }

  diff(a: string, b: string): Promise<DiffTold> {
    return this.ask<DiffTold>('POST', 'diff', { a, b });
  }

  /** What the text of an open spec changed since it was saved. */
  unsaved(path: string, text: string): Promise<DiffTold> {
    return this.ask<DiffTold>('POST', 'diff', { path, text });
  }

  notebook(name: string): Promise<NotebookTold> {
    return this.ask<NotebookTold>('POST', 'notebook', { name });
  }

  runs(): Promise<RunsTold> {
    return this.ask<RunsTold>('GET', 'runs');
  }

  start(request: RunRequest): Promise<RunTold> {
    return this.ask<RunTold>('POST', 'runs', { ...request });
  }

  cancel(id: string): Promise<RunTold> {
    return this.ask<RunTold>('DELETE', `runs/${id}`);
  }

  private async ask<T>(method: string, route: string, body?: Record<string, unknown>): Promise<T> {
    const url = URLExt.join(this.settings.baseUrl, 'sudare', route) + `?lang=${this.language()}`;
    const sent = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const answer = await ServerConnection.makeRequest(url, sent, this.settings);
    const told: unknown = await answer.json().catch(() => null);
    if (!answer.ok) {
      throw new Refusal(answer.status, problemsOf(told, this.noAnswer()));
    }
    return told as T;
  }

  private readonly schemas = new Map<Language, Promise<Record<string, unknown>>>();
}
