/** One reason, or one person and date, for several steps at once. */

import * as React from 'react';

import type { SpecView } from '../core/reading.js';
import type { SpecModel } from './model.js';
import { SchemaForm } from './schemaForm.js';
import { Unfolding } from './unfolding.js';

const NOTHING: Record<string, unknown> = {};

export function Reasons({ model, spec }: { readonly model: SpecModel; readonly spec: SpecView }): React.JSX.Element {
  const { trans } = model.common;
  const schema = React.useMemo(() => {
    const steps = spec.steps.map(one => ({
      const: one.index,
      title: `${one.index + 1}. ${one.label} (${one.columns.join(trans.__(', '))})`
    }));
    const places = { type: 'array', title: trans.__('steps'), uniqueItems: true, items: { type: 'integer', oneOf: steps } };
    const because = { type: 'string', title: trans.__('reason') };
    const by = { type: 'string', title: trans.__('decided by, with the date'), description: trans.__('such as Yamada 2026-06-02') };
    return { type: 'object', properties: { places, because, by } };
  }, [spec, trans]);
  return (
    <Unfolding model={model} name="reasons" label={trans.__('One reason for several steps')}>
      {(opener, close) => (
        <SchemaForm
          common={model.common}
          kind="reasons"
          id="reasons"
          label={trans.__('One reason for several steps')}
          about={trans.__('What is left empty stays as it is. Never repeat a value of the data.')}
          schema={schema}
          data={NOTHING}
          columns={[]}
          apply={async filled => {
            const { places, because, by } = filled;
            const chosen: unknown[] = Array.isArray(places) ? places : [];
            if (chosen.length === 0) {
              return [{ code: 'no-steps', where: '', message: trans.__('Choose at least one step.') }];
            }
            return model.edit(
              { name: 'with_reason', args: { places: chosen, because: because ?? null, by: by ?? null } },
              { said: trans.__('Steps that were changed: %1', chosen.length), focus: [opener] }
            );
          }}
          close={close}
        />
      )}
    </Unfolding>
  );
}
