/** The checks of the result: each a measure with its limit. */

import { deleteIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { ProblemList } from '../common.js';
import { asEntry, titleAt } from '../core/form.js';
import type { SpecView } from '../core/reading.js';
import type { CatalogueTold, CheckTold, MeasureTold } from '../types.js';
import type { SpecModel } from './model.js';
import { SchemaForm } from './schemaForm.js';
import { at, Lines, Names, Pencil, Tool, useEdit } from './tools.js';

interface Props {
  readonly model: SpecModel;
  readonly spec: SpecView;
  readonly catalogue: CatalogueTold | null;
}

const NOTHING: Record<string, unknown> = {};

function Check({ model, spec, catalogue, check }: Props & { readonly check: CheckTold }): React.JSX.Element {
  const { trans } = model.common;
  const [isOpen, setOpen] = React.useState(false);
  const [act, refused] = useEdit(model);
  const measure = catalogue?.measures.find(one => one.id === check.measure);
  const place = `checks[${check.index}]`;
  const edit = at(place, 'check-edit');
  const number = check.index + 1;
  const remove = (): void =>
    act(
      { name: 'without_check', args: { at: check.index } },
      {
        said: trans.__('Check %1 was removed.', number),
        focus: [at(place, 'check-remove'), at(`checks[${check.index - 1}]`, 'check-remove'), '[data-sudare=add-check]']
      }
    );
  return (
    <li
      className={`sudare-card${check.problems.length > 0 ? ' sudare-mod-wrong' : ''}`}
      data-sudare="check"
      data-sudare-place={place}
      data-sudare-measure={check.measure}
    >
      <header>
        <h3>{check.label}</h3>
        <span className="sudare-limit">{check.limit}</span>
        <span className="sudare-tools" role="group" aria-label={check.label}>
          <Pencil
            label={trans.__('Edit')}
            name="check-edit"
            isOff={measure === undefined}
            isOpen={isOpen}
            act={() => setOpen(!isOpen)}
          />
          <Tool label={trans.__('Remove')} icon={deleteIcon} name="check-remove" act={remove} />
        </span>
      </header>
      <Names of={check.columns} />
      {check.parameters.length > 1 ? <Lines of={check.parameters} /> : null}
      {refused}
      {check.problems.length === 0 ? null : <ProblemList problems={check.problems} name={where => titleAt(measure?.schema ?? {}, where)} />}
      {isOpen && measure !== undefined ? (
        <SchemaForm
          key={JSON.stringify(check.data)}
          common={model.common}
          kind="check"
          id={measure.id}
          label={check.label}
          about={measure.about}
          schema={measure.schema}
          data={check.data}
          columns={spec.outputs}
          apply={filled =>
            model.edit(
              { name: 'replaced_check', args: { at: check.index, data: asEntry('measure', measure.id, filled) } },
              { said: trans.__('Check %1 was changed.', number), focus: [edit] }
            )
          }
          close={() => {
            setOpen(false);
            model.focusOn([edit]);
          }}
        />
      ) : null}
    </li>
  );
}

/** All checks, and a form for one more. */
export function Checks(props: Props): React.JSX.Element {
  const { model, spec, catalogue } = props;
  const { trans } = model.common;
  const [wanted, setWanted] = React.useState('');
  const measure = catalogue?.measures.find(one => one.id === wanted);
  return (
    <>
      {spec.checks.length === 0 ? (
        <p className="sudare-none">{trans.__('Nothing is checked: a run is refused by no limit.')}</p>
      ) : null}
      <ul className="sudare-checks">
        {spec.checks.map(one => (
          <Check key={`${one.index}-${one.measure}`} {...props} check={one} />
        ))}
      </ul>
      <div className="sudare-add">
        <label>
          {trans.__('Add a check')}{' '}
          <select
            className="jp-mod-styled"
            data-sudare="add-check"
            value={wanted}
            onChange={event => setWanted(event.target.value)}
          >
            <option value="">{trans.__('choose a measure')}</option>
            {(catalogue?.measures ?? []).map((one: MeasureTold) => (
              <option key={one.id} value={one.id}>
                {one.label}
              </option>
            ))}
          </select>
        </label>
        {measure === undefined ? null : (
          <SchemaForm
            key={wanted}
            common={model.common}
            kind="check"
            id={measure.id}
            label={measure.label}
            about={measure.about}
            schema={measure.schema}
            data={NOTHING}
            columns={spec.outputs}
            apply={filled =>
              model.edit(
                { name: 'with_check', args: { data: asEntry('measure', measure.id, filled) } },
                {
                  said: trans.__('Check %1 was added.', spec.checks.length + 1),
                  focus: [at(`checks[${spec.checks.length}]`, 'check-edit')]
                }
              )
            }
            close={() => setWanted('')}
          />
        )}
      </div>
    </>
  );
}
