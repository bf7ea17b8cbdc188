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

/** All that is wrong: of the whole, and of single steps and checks. */
export function allProblems(view: ViewTold): ProblemTold[] {
  const entries = [...(view.steps ?? []), ...(view.checks ?? [])];
  return [...view.problems, ...entries.flatMap(one => one.problems)];
}

/** Whether nobody has said anything of a standard yet: only then may somebody say that nothing falls under it. */
export function isUnanswered(spec: SpecView, standard: number): boolean {
  const answering = [...spec.steps.filter(step => !step.disabled), ...spec.dismissed];
  return !answering.some(one => one.standards.includes(standard));
}

/** The standard that an open point such as standards.3 is about, null for another. */
export function standardOf(where: string): number | null {
  const found = /^standards\.([1-5])$/.exec(where);
  return found === null ? null : Number(found[1]);
}

/** The entry of a list that a place is in, counted from 1 as people do: the 4th of steps for steps[3].edges. */
export function entryOf(where: string): { readonly list: string; readonly number: number } | null {
  const found = /^(steps|checks|dismissed|input\.columns)\[(\d+)\]/.exec(where);
  return found?.[1] === undefined ? null : { list: found[1], number: Number(found[2]) + 1 };
}

/** The finding that a dismissal names: its kind and column, `none` for a standard under which nothing falls. */
export function findingOf(kind: string, column: string): string | null {
  if (kind === 'none') {
    return 'none';
  }
  return kind === '' || column === '' ? null : `${kind}/${column}`;
}

/** The columns that a step may name: all that are in scope, and those that steps gave other names. */
export function columnsOf(spec: SpecView): string[] {
  const own = spec.columns.filter(column => column.in_scope).map(column => column.name);
  return [...new Set([...own, ...spec.outputs])];
}

/** The columns that are out of scope once this one has been put there, or taken back. */
export function outOfScope(spec: SpecView, name: string, isOut: boolean): string[] {
  const now = spec.columns.filter(column => !column.in_scope).map(column => column.name);
  return isOut ? [...new Set([...now, name])] : now.filter(one => one !== name);
}

/** Of the places that a page shows, the one that is nearest to where a problem is: steps[3] for steps[3].edges. */
export function nearest(places: readonly string[], where: string): string | null {
  const fitting = places.filter(one => where === one || (where.startsWith(one) && '.[('.includes(where.charAt(one.length))));
  return fitting.reduce<string | null>((best, one) => (best === null || one.length > best.length ? one : best), null);
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
