/** The form of one step, made by Lab's own form component from the schema of its technique. */

import { FormComponent } from '@jupyterlab/ui-components';
import type { JSONObject, ReadonlyJSONObject } from '@lumino/coreutils';
import type { RegistryWidgetsType, RJSFSchema, UiSchema, WidgetProps } from '@rjsf/utils';
import { customizeValidator } from '@rjsf/validator-ajv8';
import * as React from 'react';

import { ProblemList } from '../common.js';
import type { Common } from '../common.js';
import { asStep, choices, formSchema, shown } from '../core/form.js';
import type { ProblemTold, TechniqueTold } from '../types.js';

const validator = customizeValidator<ReadonlyJSONObject>();

/** Boxes to tick, under one name: which columns, which standards. */
function Ticks({ id, label, value, options, onChange }: WidgetProps<ReadonlyJSONObject>): React.JSX.Element {
  const ticked: unknown[] = Array.isArray(value) ? value : [];
  const all = options.enumOptions ?? [];
  const toggle = (one: unknown): void => {
    const next = all.map(({ value: each }): unknown => each).filter(each => (each === one) !== ticked.includes(each));
    onChange(next);
  };
  return (
    <fieldset id={id} className="sudare-ticks">
      <legend>{label}</legend>
      {all.map(({ value: each, label: words }) => (
        <label key={words}>
          <input type="checkbox" checked={ticked.includes(each)} onChange={() => toggle(each)} /> {words}
        </label>
      ))}
    </fieldset>
  );
}

/** Give each control its name: Lab's template only writes it above. */
function nameControls(form: HTMLElement | null): void {
  for (const control of form?.querySelectorAll('.form-group input, .form-group select, .form-group textarea') ?? []) {
    if (control.closest('.sudare-ticks') === null) {
      const label = control.closest('.form-group')?.querySelector('.jp-FormGroup-fieldLabel')?.textContent;
      control.setAttribute('aria-label', label ?? '');
    }
  }
}

const WIDGETS: RegistryWidgetsType<ReadonlyJSONObject> = { ticks: Ticks };
const UI: UiSchema<ReadonlyJSONObject> = {
  columns: { 'ui:widget': 'ticks' },
  standards: { 'ui:widget': 'ticks' },
  because: { 'ui:widget': 'textarea', 'ui:options': { rows: 2 } }
};

interface Props {
  readonly common: Common;
  readonly technique: TechniqueTold;
  readonly data: Record<string, unknown>;
  readonly columns: readonly string[];
  readonly apply: (step: Record<string, unknown>) => Promise<readonly ProblemTold[]>;
  readonly close: () => void;
}

/** Draw it; what is wrong with the entries is said by the one writer, in place. */
export function StepForm(props: Props): React.JSX.Element {
  const { common, technique, data, columns, apply, close } = props;
  const { trans } = common;
  const [entered, setEntered] = React.useState<ReadonlyJSONObject>(() => shown(data) as JSONObject);
  const [problems, setProblems] = React.useState<readonly ProblemTold[]>([]);
  const [isBusy, setBusy] = React.useState(false);
  const schema = React.useMemo(
    () => formSchema(technique.schema, choices(columns, data)) as RJSFSchema,
    [technique, columns, data]
  );
  const form = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => nameControls(form.current));
  const submit = (): void => {
    setBusy(true);
    apply(asStep(technique.id, entered, data))
      .then(found => {
        setBusy(false);
        setProblems(found);
        if (found.length === 0) {
          close();
        }
      })
      .catch((error: unknown) => console.error('sudare: a step could not be written', error));
  };
  return (
    <div ref={form} className="sudare-form" data-sudare="step-form" data-sudare-technique={technique.id}>
      <p className="sudare-about">{technique.about}</p>
      <FormComponent
        schema={schema}
        uiSchema={UI}
        widgets={WIDGETS}
        liveValidate={false}
        validator={validator}
        formData={entered}
        formContext={{ defaultFormData: {} }}
        idPrefix={`sudare-${technique.id}`}
        noHtml5Validate
        tagName="div"
        compact
        onChange={change => setEntered(change.formData ?? {})}
      />
      {problems.length === 0 ? null : (
        <div role="alert">
          <ProblemList problems={problems} />
        </div>
      )}
      <div className="sudare-actions">
        <button
          type="button"
          className="jp-mod-styled jp-mod-accept"
          data-sudare="apply"
          disabled={isBusy}
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
