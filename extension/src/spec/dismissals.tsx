/** Findings that a person decided need no step, each with the reason; and standards under which nothing falls. */

import { deleteIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { findingOf } from '../core/reading.js';
import type { SpecView } from '../core/reading.js';
import type { CatalogueTold, DismissalTold } from '../types.js';
import type { SpecModel } from './model.js';
import { SchemaForm } from './schemaForm.js';
import { at, Lines, Reason, Standards, Tool, useEdit } from './tools.js';
import { Unfolding } from './unfolding.js';

interface Props {
  readonly model: SpecModel;
  readonly spec: SpecView;
  readonly catalogue: CatalogueTold | null;
}

const NOTHING: Record<string, unknown> = {};
const NONE: readonly string[] = [];

function textOf(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

export function Dismissals({ model, spec, catalogue }: Props): React.JSX.Element {
  const { trans } = model.common;
  const names = React.useMemo(() => spec.columns.map(one => one.name), [spec]);
  return (
    <>
      {spec.dismissed.length === 0 ? <p className="sudare-none">{trans.__('No finding is dismissed.')}</p> : null}
      <ul className="sudare-cards">
        {spec.dismissed.map(one => (
          <Dismissal key={`${one.index}-${one.finding}`} model={model} spec={spec} one={one} />
        ))}
      </ul>
      <div className="sudare-add">
        <Unfolding model={model} name="add-dismissal" label={trans.__('Dismiss a finding with a reason')}>
          {(opener, close) =>
            catalogue === null ? null : (
              <SchemaForm
                common={model.common}
                kind="dismissal"
                id="finding"
                label={trans.__('Dismiss a finding with a reason')}
                about={trans.__('For a finding that needs no step. What must be done cannot be dismissed.')}
                schema={catalogue.dismissal}
                data={NOTHING}
                columns={names}
                apply={async filled => {
                  const { kind, column, standards, because, by } = filled;
                  const finding = findingOf(textOf(kind, 'none'), textOf(column, ''));
                  if (finding === null) {
                    return [{ code: 'no-column', where: '', message: trans.__('Choose the column of the finding.') }];
                  }
                  return model.edit(
                    {
                      name: 'dismissed',
                      args: { finding, standards: standards ?? [], because: because ?? '', by: by ?? null }
                    },
                    { said: trans.__('The finding was dismissed.'), focus: [opener] }
                  );
                }}
                close={close}
              />
            )
          }
        </Unfolding>
      </div>
    </>
  );
}

function Dismissal(props: {
  readonly model: SpecModel;
  readonly spec: SpecView;
  readonly one: DismissalTold;
}): React.JSX.Element {
  const { model, spec, one } = props;
  const { trans } = model.common;
  const [act, refused] = useEdit(model);
  const title = one.column === null ? one.label : `${one.column}: ${one.label}`;
  const remove = (): void =>
    act(
      { name: 'without_dismissal', args: { at: one.index } },
      {
        said: trans.__('The dismissal was taken back.'),
        focus: [at(`dismissed[${one.index}]`, 'dismissal-remove'), '[data-sudare=add-dismissal]']
      }
    );
  return (
    <li className="sudare-card" data-sudare="dismissal" data-sudare-place={`dismissed[${one.index}]`}>
      <header>
        <h3>{title}</h3>
        <Standards model={model} spec={spec} of={one.standards} />
        <span className="sudare-tools">
          <Tool
            label={trans.__('Take the dismissal back: %1', title)}
            icon={deleteIcon}
            name="dismissal-remove"
            act={remove}
          />
        </span>
      </header>
      <Lines of={[]}>
        <Reason model={model} because={one.because} by={one.by} />
      </Lines>
      {refused}
    </li>
  );
}

/** Says that nothing falls under a standard, with the reason: beside the open point of a standard nobody answered. */
export function NothingFalls(props: { readonly model: SpecModel; readonly standard: number }): React.JSX.Element {
  const { model, standard } = props;
  const { trans } = model.common;
  const [isOpen, setOpen] = React.useState(false);
  const schema = React.useMemo(() => {
    const because = { type: 'string', title: trans.__('reason') };
    const by = { type: 'string', title: trans.__('decided by, with the date'), description: trans.__('such as Yamada 2026-06-02') };
    return { type: 'object', properties: { because, by }, required: ['because'] };
  }, [trans]);
  const words = trans.__('Nothing falls under standard %1: dismiss with a reason', standard);
  const opener = `[data-sudare=dismiss][data-sudare-standard="${standard}"]`;
  return (
    <>
      <button
        type="button"
        className="sudare-link"
        data-sudare="dismiss"
        data-sudare-standard={standard}
        aria-expanded={isOpen}
        aria-label={words}
        title={words}
        onClick={() => setOpen(!isOpen)}
      >
        {trans.__('Dismiss with a reason')}
      </button>
      {isOpen ? (
        <SchemaForm
          common={model.common}
          kind="dismiss"
          id={String(standard)}
          label={words}
          about={words}
          schema={schema}
          data={NOTHING}
          columns={NONE}
          apply={filled =>
            model.edit(
              {
                name: 'dismissed',
                args: { finding: 'none', standards: [standard], because: filled['because'] ?? '', by: filled['by'] ?? null }
              },
              {
                said: trans.__('The finding was dismissed.'),
                focus: ['[data-sudare=dismiss]', '[data-sudare=add-dismissal]']
              }
            )
          }
          close={() => {
            setOpen(false);
            model.focusOn([opener]);
          }}
        />
      ) : null}
    </>
  );
}
