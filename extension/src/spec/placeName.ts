/** Places of a spec in words: "step 4" for steps[3].edges. */

import type { TranslationBundle } from '@jupyterlab/translation';

import { entryOf, standardOf } from '../core/reading.js';
import type { SpecView } from '../core/reading.js';
import type { CatalogueTold } from '../types.js';

/** Say a place; one that has no words is told as the text names it. */
export function placeName(
  trans: TranslationBundle,
  spec: SpecView | null,
  catalogue: CatalogueTold | null,
  where: string
): string {
  const line = /^line (\d+)$/.exec(where)?.[1]; // of a text that could not be read
  if (line !== undefined) {
    return trans.__('line %1', line);
  }
  const entry = entryOf(where);
  const standard = standardOf(where);
  if (standard !== null) {
    return trans.__('standard %1', standard);
  }
  switch (entry?.list) {
    case 'steps':
      return trans.__('step %1', entry.number);
    case 'checks':
      return trans.__('check %1', entry.number);
    case 'dismissed':
      return trans.__('dismissed finding %1', entry.number);
    case 'input.columns':
      return spec?.columns.find(one => one.place === `input.columns[${entry.number - 1}]`)?.name ?? where;
    default:
      break;
  }
  const part = where.split('.')[0];
  const own = { approvals: trans.__('Signatures'), out_of_scope: trans.__('out of scope'), steps: trans.__('Steps') };
  const found = Object.entries(own).find(([key]) => key === part)?.[1];
  return found ?? catalogue?.parts.find(one => one.id === part)?.label ?? where;
}
