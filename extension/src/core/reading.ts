/** The reading view as plain data: what stands where, and what may be shown as settled. */

import type { ProblemTold, StandardTold, ViewTold } from '../types.js';

/** A view of a text that could be read as a spec. */
export type SpecView = Required<ViewTold>;

/** The view as that of a spec, or null where the text is none. */
export function asSpec(view: ViewTold): SpecView | null {
  return view.title !== undefined && view.steps !== undefined ? (view as SpecView) : null;
}

/** Whether a standard is settled: decided, and with nothing open. Anything else is never shown as settled. */
export function isSettled(standard: StandardTold): boolean {
  return standard.status === 'decided' && standard.open.length === 0;
}

/** All that is open, each point once. */
export function openPoints(view: ViewTold): ProblemTold[] {
  const all = [...(view.standards ?? []).flatMap(one => one.open), ...(view.open ?? [])];
  const seen = new Set<string>();
  return all.filter(one => {
    const key = JSON.stringify([one.code, one.where, one.message]);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** All that is wrong: of the whole, and of single steps. */
export function allProblems(view: ViewTold): ProblemTold[] {
  return [...view.problems, ...(view.steps ?? []).flatMap(step => step.problems)];
}

/** What the page knows of the file beside the text: the hash it read, and whether another one is there now. */
export interface FileState {
  readonly revision: string | null;
  readonly stale: boolean;
}

/** What an answer says of the file: `isFresh` when the text was read from or written to it before the question. */
export function withAnswer(state: FileState | null, revision: string | null, isFresh: boolean): FileState {
  if (state === null || isFresh) {
    return { revision, stale: false };
  }
  return { revision: state.revision, stale: state.revision !== revision };
}
