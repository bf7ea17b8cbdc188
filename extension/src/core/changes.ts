/** The changes between two specs by the part of the spec that they are in. */

import type { ChangeTold } from '../types.js';

export type Part = 'whole' | 'input' | 'steps' | 'dismissed' | 'checks' | 'approvals';

const PARTS: readonly Part[] = ['whole', 'input', 'steps', 'dismissed', 'checks', 'approvals'];

function partOf(where: string): Part {
  const root = /^[^.[]*/.exec(where)?.[0] ?? '';
  return PARTS.find(one => one !== 'whole' && one === root) ?? 'whole';
}

/** The changes in the order in which a spec is read: the whole first, then its lists; parts without any are left out. */
export function inParts(changes: readonly ChangeTold[]): { part: Part; changes: ChangeTold[] }[] {
  return PARTS.map(part => ({ part, changes: changes.filter(one => partOf(one.where) === part) })).filter(
    one => one.changes.length > 0
  );
}
