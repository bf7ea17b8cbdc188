/** Problems as the server tells them. */

import type { ProblemTold } from '../types.js';

function isProblem(one: unknown): one is ProblemTold {
  return (
    typeof one === 'object' &&
    one !== null &&
    'code' in one &&
    'message' in one &&
    typeof one.code === 'string' &&
    typeof one.message === 'string'
  );
}

/** The problems of an answer that is no success; an answer of another kind (a proxy's page) gives one of our own. */
export function problemsOf(body: unknown, otherwise: string): ProblemTold[] {
  if (typeof body === 'object' && body !== null && 'problems' in body && Array.isArray(body.problems)) {
    const told: unknown[] = body.problems;
    const found = told.filter(isProblem).map(one => ({ ...one, where: one.where }));
    if (found.length > 0) {
      return found;
    }
  }
  return [{ code: 'no-answer', where: '', message: otherwise }];
}

/** Problems that say the same of several places. */
export interface Grouped {
  readonly code: string;
  readonly message: string;
  readonly places: readonly string[];
}

/** The problems, those that say the same together: in the order in which they are first told. */
export function grouped(problems: readonly ProblemTold[]): Grouped[] {
  const groups = new Map<string, { code: string; message: string; places: string[] }>();
  for (const { code, message, where } of problems) {
    const key = JSON.stringify([code, message]);
    const group = groups.get(key) ?? { code, message, places: [] };
    groups.set(key, group);
    if (where !== '' && !group.places.includes(where)) {
      group.places.push(where);
    }
  }
  return [...groups.values()];
}

/** A problem in one line for a person. */
export function lineOf(problem: ProblemTold): string {
  return problem.where === '' ? problem.message : `${problem.where}: ${problem.message}`;
}

/** The place of a step or check that a problem is about: ["steps", 3]; null for one about the whole. */
export function placeOf(where: string): ['steps' | 'checks', number] | null {
  const found = /^(steps|checks)\[(\d+)\]/.exec(where);
  return found === null ? null : [found[1] === 'steps' ? 'steps' : 'checks', Number(found[2])];
}
