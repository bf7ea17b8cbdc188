/** What completion and explanations know beside the text. Loaded when the first spec's text is opened, not with Lab. */

import type { Common } from '../common.js';
import type * as Completion from '../core/completion.js';

export type Completing = Pick<typeof Completion, 'choicesAt' | 'helpAt'> & { readonly known: Completion.Known };

function today(): string {
  const now = new Date();
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** Load the code and ask the server; both are kept, in each language. */
export async function completing(common: Common): Promise<Completing> {
  const [code, schema, catalogue] = await Promise.all([
    import('../core/completion.js'),
    common.api.schema(),
    common.catalogue()
  ]);
  const known = { schema: new code.SpecSchema(schema), catalogue, today: today() };
  return { choicesAt: code.choicesAt, helpAt: code.helpAt, known };
}
