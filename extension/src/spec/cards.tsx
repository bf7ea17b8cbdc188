/** The steps of a spec as cards, in the order in which they are done. */

import {
  caretDownIcon,
  caretUpIcon,
  deleteIcon,
  editIcon,
  runIcon,
  stopIcon
} from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { ProblemList } from '../common.js';
import type { Edit } from '../api.js';
import type { SpecView } from '../core/reading.js';
import type { CatalogueTold, ProblemTold, StepTold, TechniqueTold } from '../types.js';
import type { SpecModel } from './model.js';
import { StepForm } from './stepForm.js';

interface CardProps {
  readonly model: SpecModel;
  readonly spec: SpecView;
  readonly step: StepTold;
  readonly catalogue: CatalogueTold | null;
}

function Card({ model, spec, step, catalogue }: CardProps): React.JSX.Element {
  const { trans } = model.common;
  const [isOpen, setOpen] = React.useState(false);
  const [refused, setRefused] = React.useState<readonly ProblemTold[]>([]);
  const technique = catalogue?.techniques.find(one => one.id === step.technique);
  const act = (name: string, args: Record<string, unknown>): void => {
    model
      .edit({ name, args: { at: step.index, ...args } })
      .then(setRefused)
      .catch((error: unknown) => console.error('sudare: an edit failed', error));
  };
  const last = spec.steps.length - 1;
  const title = `${step.index + 1}. ${step.label}`;
  return (
    <li
      className={`sudare-card${step.disabled ? ' sudare-mod-disabled' : ''}${step.problems.length > 0 ? ' sudare-mod-wrong' : ''}`}
      data-sudare="step"
      data-sudare-place={`steps[${step.index}]`}
      data-sudare-technique={step.technique}
    >
      <header>
        <h3>{title}</h3>
        {step.disabled ? <span className="sudare-badge">{trans.__('disabled')}</span> : null}
        <span className="sudare-standards">
          {step.standards.map(one => (
            <span key={one} className="sudare-badge" title={spec.standards.find(s => s.standard === one)?.title}>
              {trans.__('standard %1', one)}
            </span>
          ))}
        </span>
        <span className="sudare-tools" role="group" aria-label={title}>
          <Tool label={trans.__('Edit')} icon={editIcon} name="edit" isOff={technique === undefined} act={() => setOpen(!isOpen)} />
          <Tool
            label={trans.__('Move up')}
            icon={caretUpIcon}
            name="up"
            isOff={step.index === 0}
            act={() => act('moved_step', { to: step.index - 1 })}
          />
          <Tool
            label={trans.__('Move down')}
            icon={caretDownIcon}
            name="down"
            isOff={step.index === last}
            act={() => act('moved_step', { to: step.index + 1 })}
          />
          <Tool
            label={step.disabled ? trans.__('Enable') : trans.__('Disable')}
            icon={step.disabled ? runIcon : stopIcon}
            name="disable"
            act={() => act('with_disabled', { off: !step.disabled })}
          />
          <Tool label={trans.__('Remove')} icon={deleteIcon} name="remove" act={() => act('without_step', {})} />
        </span>
      </header>
      <p className="sudare-columns">{step.columns.join(trans.__(', '))}</p>
      {step.parameters.length === 0 ? null : (
        <dl>
          {step.parameters.map((one, n) => (
            <React.Fragment key={n}>
              <dt>{one.title}</dt>
              <dd>{one.value}</dd>
            </React.Fragment>
          ))}
        </dl>
      )}
      <p className="sudare-because">{step.because}</p>
      {step.by === null ? null : <p className="sudare-by">{step.by}</p>}
      {step.problems.length === 0 ? null : <ProblemList problems={step.problems} />}
      {refused.length === 0 ? null : (
        <div role="alert">
          <ProblemList problems={refused} />
        </div>
      )}
      {isOpen && technique !== undefined ? (
        <StepForm
          common={model.common}
          technique={technique}
          data={step.data}
          columns={columnsOf(spec)}
          apply={data => model.edit({ name: 'replaced_step', args: { at: step.index, data } })}
          close={() => setOpen(false)}
        />
      ) : null}
    </li>
  );
}

interface ToolProps {
  readonly label: string;
  readonly icon: LabIcon;
  readonly name: string;
  readonly isOff?: boolean;
  readonly act: () => void;
}

function Tool({ label, icon, name, isOff, act }: ToolProps): React.JSX.Element {
  return (
    <button
      type="button"
      className="sudare-tool"
      title={label}
      aria-label={label}
      data-sudare={`step-${name}`}
      disabled={isOff === true}
      onClick={act}
    >
      <icon.react tag="span" width="16px" height="16px" />
    </button>
  );
}

function columnsOf(spec: SpecView): string[] {
  return spec.columns.map(column => column.name);
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
  const add: (edit: Edit) => Promise<readonly ProblemTold[]> = edit => model.edit(edit);
  return (
    <>
      <ol className="sudare-cards">
        {spec.steps.map(step => (
          <Card key={`${step.index}-${step.technique}`} model={model} spec={spec} step={step} catalogue={catalogue} />
        ))}
      </ol>
      <div ref={end} className="sudare-add">
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
          <StepForm
            key={JSON.stringify(wanted)}
            common={model.common}
            technique={technique}
            data={fitting(wanted, columnsOf(spec))}
            columns={columnsOf(spec)}
            apply={data => add({ name: 'with_step', args: { data } })}
            close={() => setWanted(null)}
          />
        ) : null}
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
