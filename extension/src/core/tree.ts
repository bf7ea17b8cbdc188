/** The guideline's tree, as far as something is looked for in it. */

import type { Branch } from '../types.js';

/** The branches whose title, or that of one below, holds the words; all of them without words. */
export function found(tree: readonly Branch[], words: string): Branch[] {
  const wanted = words.trim().toLowerCase();
  if (wanted === '') {
    return [...tree];
  }
  return tree.flatMap(branch => {
    if (`${branch.id} ${branch.title}`.toLowerCase().includes(wanted)) {
      return [branch];
    }
    const below = found(branch.children ?? [], words);
    return below.length > 0 ? [{ ...branch, children: below }] : [];
  });
}
