/** The steps of a spec as cards, in the order in which they are done. */

import { caretDownIcon, caretUpIcon, deleteIcon, runIcon, stopIcon, textEditorIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Commands, ProblemList } from '../common.js';
import { asEntry, titleAt } from '../core/form.js';
import { columnsOf } from '../core/reading.js';
import type { SpecView } from '../core/reading.js';
import type { CatalogueTold, StepTold, TechniqueTold } from '../types.js';
import type { SpecModel } from './model.js';
import { Reasons } from './reasons.js';
import { SchemaForm } from './schemaForm.js';
import { at, Lines, Names, Pencil, Reason, Standards, Tool, useEdit } from './tools.js';

interface CardProps {
  readonly model: SpecModel;
  readonly spec: SpecView;
  readonly step: StepTold;
  readonly catalogue: CatalogueTold | null;
}

function Card({ model, spec, step, catalogue }: CardProps): React.JSX.Element {
  const { trans } = model.common;
  const [isOpen, setOpen] = React.useState(false);
  const technique = catalogue?.techniques.find(one => one.id === step.technique);
  const place = `steps[${step.index}]`;
  const number = step.index + 1;
  const title = `${number}. ${step.label}`;
  const edit = at(place, 'step-edit');
  return (
    <li
      className={`sudare-card${step.disabled ? ' sudare-mod-disabled' : ''}${step.problems.length > 0 ? ' sudare-mod-wrong' : ''}`}
      data-sudare="step"
      data-sudare-place={place}
      data-sudare-technique={step.technique}
    >
      <header>
        <h3>{title}</h3>
        {step.disabled ? <span className="sudare-badge sudare-mod-quiet">{trans.__('disabled')}</span> : null}
        <Standards model={model} spec={spec} of={step.standards} />
        <Tools
          model={model}
          step={step}
          title={title}
          last={spec.steps.length - 1}
          isOpen={isOpen}
          edit={technique === undefined ? null : (): void => setOpen(!isOpen)}
        />
      </header>
      <Names of={step.columns} />
      <Lines of={step.parameters}>
        <Reason model={model} because={step.because} by={step.by} />
      </Lines>
      {step.problems.length === 0 ? null : <ProblemList problems={step.problems} name={where => titleAt(technique?.schema ?? {}, where)} />}
      {isOpen && technique !== undefined ? (
        <SchemaForm
          key={JSON.stringify(step.data)}
          common={model.common}
          kind="step"
          id={technique.id}
          label={title}
          about={technique.about}
          schema={technique.schema}
          data={step.data}
          columns={columnsOf(spec)}
          apply={filled =>
            model.edit(
              {
                name: 'replaced_step',
                args: { at: step.index, data: asEntry('technique', technique.id, filled, step.data) }
              },
              { said: trans.__('Step %1 was changed.', number), focus: [edit] }
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

interface ToolsProps {
  readonly model: SpecModel;
  readonly step: StepTold;
  readonly title: string;
  readonly last: number;
  readonly isOpen: boolean;
  readonly edit: (() => void) | null;
}

/** What can be done with a step at once. */
function Tools({ model, step, title, last, isOpen, edit }: ToolsProps): React.JSX.Element {
  const { trans } = model.common;
  const [act, refused] = useEdit(model);
  const { index } = step;
  const number = index + 1;
  const move = (to: number, name: string): void =>
    act(
      { name: 'moved_step', args: { at: index, to } },
      { said: trans.__('Step %1 is now step %2.', number, to + 1), focus: [at(`steps[${to}]`, name)] }
    );
  const off = (): void =>
    act(
      { name: 'with_disabled', args: { at: index, off: !step.disabled } },
      {
        said: step.disabled ? trans.__('Step %1 was enabled.', number) : trans.__('Step %1 was disabled.', number),
        focus: [at(`steps[${index}]`, 'step-disable')]
      }
    );
  const remove = (): void =>
    act(
      { name: 'without_step', args: { at: index } },
      {
        said: trans.__('Step %1 was removed.', number),
        focus: [at(`steps[${index}]`, 'step-remove'), at(`steps[${index - 1}]`, 'step-remove'), '[data-sudare=add-step]']
      }
    );
  return (
    <>
      <span className="sudare-tools" role="group" aria-label={title}>
        <Pencil label={trans.__('Edit')} name="step-edit" isOff={edit === null} isOpen={isOpen} act={() => edit?.()} />
        <Tool
          label={trans.__('Show in the text')}
          icon={textEditorIcon}
          name="step-text"
          act={() => {
            const { app } = model.common;
            void app.commands.execute(Commands.text, { path: model.path, place: `steps[${index}]` });
          }}
        />
        <Tool label={trans.__('Move up')} icon={caretUpIcon} name="step-up" isOff={index === 0} act={() => move(index - 1, 'step-up')} />
        <Tool
          label={trans.__('Move down')}
          icon={caretDownIcon}
          name="step-down"
          isOff={index === last}
          act={() => move(index + 1, 'step-down')}
        />
        <Tool
          label={step.disabled ? trans.__('Enable') : trans.__('Disable')}
          icon={step.disabled ? runIcon : stopIcon}
          name="step-disable"
          act={off}
        />
        <Tool label={trans.__('Remove')} icon={deleteIcon} name="step-remove" act={remove} />
      </span>
      {refused}
    </>
  );
}

/** All cards, and a form for one more. */
export function Cards(props: { model: SpecModel; spec: SpecView; catalogue: CatalogueTold | null }): React.JSX.Element {
  const { model, spec, catalogue } = props;
  const { trans } = model.common;
  const [wanted, setWanted] = React.useState<Record<string, unknown> | null>(null);
  const end = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    const want = (_sender: SpecModel, step: Record<string, unknown>): void => {
      setWanted(step);
      requestAnimationFrame(() => end.current?.scrollIntoView({ block: 'center' }));
    };
    model.wanted.connect(want);
    return (): void => {
      model.wanted.disconnect(want);
    };
  }, [model]);
  const technique = catalogue?.techniques.find(one => one.id === wanted?.['technique']);
  return (
    <>
      <ol className="sudare-cards">
        {spec.steps.map(step => (
          <Card key={`${step.index}-${step.technique}`} model={model} spec={spec} step={step} catalogue={catalogue} />
        ))}
      </ol>
      <div className="sudare-add" ref={end}>
        <label>
          {trans.__('Add a step')}{' '}
          <select
            className="jp-mod-styled"
            data-sudare="add-step"
            value={technique?.id ?? ''}
            onChange={event => setWanted(event.target.value === '' ? null : { technique: event.target.value })}
          >
            <option value="">{trans.__('choose a technique')}</option>
            {(catalogue?.techniques ?? []).map((one: TechniqueTold) => (
              <option key={one.id} value={one.id}>
                {one.label}
              </option>
            ))}
          </select>
        </label>
        {technique !== undefined && wanted !== null ? (
          <SchemaForm
            key={JSON.stringify(wanted)}
            common={model.common}
            kind="step"
            id={technique.id}
            label={technique.label}
            about={technique.about}
            schema={technique.schema}
            data={fitting(wanted, columnsOf(spec))}
            columns={columnsOf(spec)}
            apply={filled =>
              model.edit(
                { name: 'with_step', args: { data: asEntry('technique', technique.id, filled) } },
                {
                  said: trans.__('Step %1 was added.', spec.steps.length + 1),
                  focus: [at(`steps[${spec.steps.length}]`, 'step-edit')]
                }
              )
            }
            close={() => setWanted(null)}
          />
        ) : null}
        {spec.steps.length > 1 ? <Reasons model={model} spec={spec} /> : null}
      </div>
    </>
  );
}

/** A step from elsewhere with only those of its columns that this spec declares. */
function fitting(step: Record<string, unknown>, columns: readonly string[]): Record<string, unknown> {
  const named: unknown = step['columns'];
  if (!Array.isArray(named)) {
    return step;
  }
  return { ...step, columns: named.filter(one => columns.includes(String(one))) };
}
