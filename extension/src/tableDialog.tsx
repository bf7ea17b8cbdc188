/** Of which table a design shall begin: asked where none is chosen, as from the launcher. */

import * as React from 'react';

import { ask } from './asking.js';
import { browsedFile, listed, PathField } from './choosing.js';
import type { Common } from './common.js';
import { isTable, joined } from './core/files.js';
import type { DraftTold } from './types.js';

/** Draft a spec of a table, under the regime that is set. */
export function draft(common: Common, table: string): Promise<DraftTold> {
  return common.api.draft(table, common.settings().regime);
}

/** Ask for a table, and draft its spec; null when the person thinks better of it. */
export async function askForTable(common: Common, folder: string): Promise<DraftTold | null> {
  const { trans } = common;
  const tables = await listed(common, folder, isTable);
  const title = trans.__('Of which table?');
  return ask<{ table: string }, DraftTold>(common, {
    title: trans.__('Start processing design'),
    okLabel: trans.__('Start'),
    state: { table: tables.at(0) ?? '' },
    body: ({ state, change, leave }) => (
      <div data-sudare="table-form">
        <PathField
          common={common}
          name="table"
          label={title}
          value={state.table}
          paths={tables}
          hint={trans.__('CSV, TSV, Excel or Parquet')}
          set={table => change({ table })}
          browse={
            common.manager === null
              ? undefined
              : () =>
                  leave(async () => {
                    const found = await browsedFile(common, title, state.table || joined(folder, ''), isTable);
                    return found === null ? {} : { table: found };
                  })
          }
        />
      </div>
    ),
    answer: ({ table }) => draft(common, table.trim())
  });
}
