/** A form made from a JSON Schema by Lab's own form component: of a step, a check, a column, or a part of a spec. */

import { FormComponent } from '@jupyterlab/ui-components';
import type { JSONObject, ReadonlyJSONObject } from '@lumino/coreutils';
import type { RegistryWidgetsType, UiSchema, WidgetProps } from '@rjsf/utils';
import { customizeValidator } from '@rjsf/validator-ajv8';
import * as React from 'react';

import { ProblemList } from '../common.js';
import type { Common } from '../common.js';
import { filledIn, formSchema, lookOf, shown, titleAt } from '../core/form.js';
import type { ProblemTold } from '../types.js';
import { nameControls } from './controlNames.js';

const validator = customizeValidator<ReadonlyJSONObject>();

/** Boxes to tick, under one name: which columns, which standards. */
function Ticks({ id, label, value, options, onChange, schema }: WidgetProps<ReadonlyJSONObject>): React.JSX.Element {
  const ticked: unknown[] = Array.isArray(value) ? value : [];
  const all = options.enumOptions ?? [];
  const toggle = (one: unknown): void => {
    const next = all.map(({ value: each }): unknown => each).filter(each => (each === one) !== ticked.includes(each));
    onChange(next);
  };
  return (
    <fieldset id={id} className="sudare-ticks">
      <legend>{label}</legend>
      {schema.description === undefined ? null : <p className="sudare-hint">{schema.description}</p>}
      {all.map(({ value: each, label: words }) => (
        <label key={words}>
          <input type="checkbox" checked={ticked.includes(each)} onChange={() => toggle(each)} /> {words}
        </label>
      ))}
    </fieldset>
  );
}

const WIDGETS: RegistryWidgetsType<ReadonlyJSONObject> = { ticks: Ticks };

interface Props {
  readonly common: Common;
  /** What the form is of, in the attributes that tests and styles go by. */
  readonly kind: string;
  readonly id: string;
  readonly label: string;
  readonly about?: string;
  readonly schema: Record<string, unknown>;
  readonly data: Record<string, unknown>;
  readonly columns: readonly string[];
  /** Is given what was filled in; answers what is wrong with it. */
  readonly apply: (filled: Record<string, unknown>) => Promise<readonly ProblemTold[]>;
  readonly close: () => void;
}

/** Draw it; what is wrong with the entries is said by the one writer, in place. */
export function SchemaForm(props: Props): React.JSX.Element {
  const { common, kind, id, label, about, schema, data, columns, apply, close } = props;
  const { trans } = common;
  const [entered, setEntered] = React.useState<ReadonlyJSONObject>(() => shown(data) as JSONObject);
  const [problems, setProblems] = React.useState<readonly ProblemTold[]>([]);
  const [isBusy, setBusy] = React.useState(false);
  const drawn = React.useMemo(() => formSchema(schema, columns, data), [schema, columns, data]);
  const look = React.useMemo(() => lookOf(drawn) as UiSchema<ReadonlyJSONObject>, [drawn]);
  const form = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => nameControls(form.current, trans));
  React.useEffect(() => {
    form.current?.querySelector<HTMLElement>('input, select, textarea')?.focus({ preventScroll: true });
    form.current?.closest('[data-sudare-place]')?.scrollIntoView({ block: 'nearest' });
  }, []);
  const submit = (): void => {
    if (isBusy) {
      return;
    }
    setBusy(true);
    apply(filledIn(drawn, { ...entered }, data))
      .then(found => {
        setBusy(false);
        setProblems(found);
        if (found.length === 0) {
          close();
        }
      })
      .catch((error: unknown) => {
        setBusy(false);
        console.error('sudare: a form could not be written', error);
      });
  };
  return (
    <div
      ref={form}
      className="sudare-form"
      role="group"
      aria-label={label}
      data-sudare={`${kind}-form`}
      data-sudare-technique={id}
    >
      {about === undefined || about === '' ? null : <p className="sudare-about">{about}</p>}
      <FormComponent
        schema={drawn}
        uiSchema={look}
        widgets={WIDGETS}
        liveValidate={false}
        validator={validator}
        formData={entered}
        formContext={{ defaultFormData: {} }}
        idPrefix={`sudare-${kind}-${id}`}
        experimental_defaultFormStateBehavior={{ constAsDefaults: 'never' }}
        noHtml5Validate
        tagName="div"
        compact
        onChange={change => setEntered(change.formData ?? {})}
      />
      {problems.length === 0 ? null : (
        <div role="alert">
          <ProblemList problems={problems} name={where => titleAt(drawn, where)} />
        </div>
      )}
      <div className="sudare-actions">
        <button
          type="button"
          className="jp-mod-styled jp-mod-accept"
          data-sudare="apply"
          aria-disabled={isBusy}
          onClick={submit}
        >
          {trans.__('Apply')}
        </button>
        <button type="button" className="jp-mod-styled jp-mod-reject" data-sudare="close-form" onClick={close}>
          {trans.__('Cancel')}
        </button>
      </div>
    </div>
  );
}
