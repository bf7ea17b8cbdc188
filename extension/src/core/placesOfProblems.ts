/** The problems that the server tells of a spec, each at its place in the text. */

import { isScalar } from 'yaml';

import { wordNamed, nodeReached, rangeAt, read } from './places.js';
import type { Range } from './places.js';
import { lineOf } from './problems.js';
import type { ProblemTold, ViewTold } from '../types.js';

export interface Mark extends Range {
  readonly message: string;
  /** Not wrong, but not decided yet. */
  readonly isOpen: boolean;
}

/** All that is wrong in a text and what is open in it, in the order of the text. What is open of the whole has no mark. */
export function marksOf(text: string, told: Pick<ViewTold, 'problems' | 'steps' | 'open'>): Mark[] {
  const document = read(text);
  const wrong = [...told.problems, ...(told.steps ?? []).flatMap(step => step.problems)];
  const at = (problem: ProblemTold, isOpen: boolean): Mark => {
    const { node, rest } = nodeReached(document, problem.where);
    const named = isScalar(node) ? null : wordNamed(document, problem.where, problem.message);
    const isWhole = problem.where.startsWith('line ') || rest === '';
    const message = isWhole ? problem.message : lineOf(problem); // where it could not be found it is named
    return { ...(named ?? rangeAt(text, problem.where, document)), message, isOpen };
  };
  const open = (told.open ?? []).filter(one => one.where !== '' && nodeReached(document, one.where).rest === '');
  const marks = [...wrong.map(one => at(one, false)), ...open.map(one => at(one, true))];
  const seen = new Set<string>();
  return marks
    .filter(one => !seen.has(JSON.stringify(one)) && seen.add(JSON.stringify(one)))
    .sort((a, b) => a.from - b.from || a.to - b.to);
}
