/** The table of columns: what each is declared as, which step decides it, and whether it is in scope. */

import { addIcon, closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { changesIn } from '../core/form.js';
import { outOfScope } from '../core/reading.js';
import type { SpecView } from '../core/reading.js';
import type { CatalogueTold, ColumnTold } from '../types.js';
import type { SpecModel } from './model.js';
import { SchemaForm } from './schemaForm.js';
import { at, Pencil, Tool, useEdit } from './tools.js';

interface Props {
  readonly model: SpecModel;
  readonly spec: SpecView;
  readonly catalogue: CatalogueTold | null;
}

const NONE: readonly string[] = [];

/** How many of a table's cells one form needs. */
const WIDTH = 5;

export function Columns(props: Props): React.JSX.Element {
  const { model, spec } = props;
  const { trans } = model.common;
  return (
    <details data-sudare="columns-section" data-sudare-place="out_of_scope">
      <summary>
        <h2>{trans.__('Columns')}</h2> <span className="sudare-count">{spec.columns.length}</span>
      </summary>
      <table data-sudare="columns">
        <thead>
          <tr>
            <th scope="col">{trans.__('column')}</th>
            <th scope="col">{trans.__('type')}</th>
            <th scope="col">{trans.__('kind')}</th>
            <th scope="col">{trans.__('decided by step')}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {spec.columns.map(one => (
            <Column key={one.place} {...props} one={one} />
          ))}
        </tbody>
      </table>
    </details>
  );
}

type Open = 'no' | 'column' | 'scope';

function Column(props: Props & { readonly one: ColumnTold }): React.JSX.Element {
  const { model, spec, one } = props;
  const { trans } = model.common;
  const [open, setOpen] = React.useState<Open>('no');
  const [act, refused] = useEdit(model);
  const close = (name: string) => (): void => {
    setOpen('no');
    model.focusOn([at(one.place, name)]);
  };
  const back = (): void =>
    act(
      { name: 'with_scope', args: { out: outOfScope(spec, one.name, false) } },
      { said: trans.__('The column %1 is in scope again.', one.name), focus: [at(one.place, 'column-scope')] }
    );
  return (
    <>
      <tr className={one.in_scope ? '' : 'sudare-mod-out'} data-sudare="column" data-sudare-place={one.place}>
        <th scope="row">{one.name}</th>
        <td>
          {one.type_name}
          {one.unit === null ? null : <span className="sudare-unit">{one.unit}</span>}
        </td>
        <td>
          {one.kind_name}
          {one.special_care ? <span className="sudare-badge">{trans.__('special care')}</span> : null}
        </td>
        <td>
          <Decided model={model} one={one} />
        </td>
        <td className="sudare-tools" role={one.declared ? 'group' : undefined} aria-label={one.declared ? one.name : undefined}>
          {one.declared ? (
            <>
              <Pencil
                label={trans.__('Edit the column %1', one.name)}
                name="column-edit"
                isOpen={open === 'column'}
                act={() => setOpen(open === 'column' ? 'no' : 'column')}
              />
              {one.in_scope ? (
                <Tool
                  label={trans.__('Take the column %1 out of scope', one.name)}
                  icon={closeIcon}
                  name="column-scope"
                  isOpen={open === 'scope'}
                  act={() => setOpen(open === 'scope' ? 'no' : 'scope')}
                />
              ) : (
                <Tool
                  label={trans.__('Take the column %1 back into scope', one.name)}
                  icon={addIcon}
                  name="column-scope"
                  act={back}
                />
              )}
            </>
          ) : null}
        </td>
      </tr>
      {refused === null ? null : (
        <tr>
          <td colSpan={WIDTH}>{refused}</td>
        </tr>
      )}
      {open === 'no' ? null : (
        <tr className="sudare-form-row">
          <td colSpan={WIDTH}>
            {open === 'column' ? (
              <AboutForm {...props} close={close('column-edit')} />
            ) : (
              <ScopeForm {...props} close={close('column-scope')} />
            )}
          </td>
        </tr>
      )}
    </>
  );
}

function Decided({ model, one }: { readonly model: SpecModel; readonly one: ColumnTold }): React.JSX.Element {
  const { trans } = model.common;
  if (!one.in_scope) {
    return <span className="sudare-badge sudare-mod-quiet">{trans.__('out of scope')}</span>;
  }
  if (one.is_open) {
    return <span className="sudare-badge sudare-mod-open">{trans.__('undecided')}</span>;
  }
  return (
    <>
      {one.decided_by.map(n => (
        <button key={n} type="button" className="sudare-link" onClick={() => model.show(`steps[${n}]`)}>
          {n + 1}
        </button>
      ))}
    </>
  );
}

interface FormProps extends Props {
  readonly one: ColumnTold;
  readonly close: () => void;
}

/** What a column is: only what was changed is written. */
function AboutForm({ model, catalogue, one, close }: FormProps): React.JSX.Element | null {
  const { trans } = model.common;
  return catalogue === null ? null : (
    <SchemaForm
      key={JSON.stringify(one.data)}
      common={model.common}
      kind="column"
      id={one.name}
      label={one.name}
      schema={catalogue.column}
      data={one.data}
      columns={NONE}
      apply={filled =>
        model.edit(
          { name: 'with_column', args: { column: one.name, ...changesIn(filled, one.data) } },
          { said: trans.__('The column %1 was changed.', one.name), focus: [at(one.place, 'column-edit')] }
        )
      }
      close={close}
    />
  );
}

/** Why a column is no part of the design: one reason for all that are out. */
function ScopeForm({ model, spec, one, close }: FormProps): React.JSX.Element {
  const { trans } = model.common;
  const schema = React.useMemo(() => {
    const because = { type: 'string', title: trans.__('reason, for all columns out of scope') };
    return { type: 'object', properties: { because }, required: ['because'] };
  }, [trans]);
  const data = React.useMemo(() => ({ because: spec.scope_because ?? '' }), [spec.scope_because]);
  return (
    <SchemaForm
      common={model.common}
      kind="scope"
      id={one.name}
      label={trans.__('Take the column %1 out of scope', one.name)}
      about={trans.__('It is removed first. It is taken out of every step and check; one about nothing else goes.')}
      schema={schema}
      data={data}
      columns={NONE}
      apply={filled =>
        model.edit(
          { name: 'with_scope', args: { out: outOfScope(spec, one.name, true), because: filled['because'] ?? null } },
          { said: trans.__('The column %1 was taken out of scope.', one.name), focus: [at(one.place, 'column-scope')] }
        )
      }
      close={close}
    />
  );
}
