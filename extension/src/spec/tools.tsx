/** What every part of the reading view is made of: small buttons, badges, and an edit that says what is wrong. */

import { editIcon } from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { ProblemList } from '../common.js';
import type { Edit } from '../api.js';
import type { SpecView } from '../core/reading.js';
import type { ParameterTold, ProblemTold } from '../types.js';
import type { Done, SpecModel } from './model.js';

interface ToolProps {
  readonly label: string;
  readonly icon: LabIcon;
  readonly name: string;
  readonly isOff?: boolean;
  /** Whether what the button opens is open; left out where it opens nothing. */
  readonly isOpen?: boolean;
  readonly act: () => void;
}

/** A button with a picture. One that is off keeps the focus, so that nobody is thrown out of the page. */
export function Tool({ label, icon, name, isOff, isOpen, act }: ToolProps): React.JSX.Element {
  return (
    <button
      type="button"
      className="sudare-tool"
      title={label}
      aria-label={label}
      data-sudare={name}
      aria-disabled={isOff === true}
      {...(isOpen === undefined ? {} : { 'aria-expanded': isOpen })}
      onClick={isOff === true ? undefined : act}
    >
      <icon.react tag="span" width="16px" height="16px" />
    </button>
  );
}

/** The button that opens a form. */
export function Pencil(props: Omit<ToolProps, 'icon'>): React.JSX.Element {
  return <Tool {...props} icon={editIcon} />;
}

/** The standards that a decision answers. */
export function Standards(props: {
  readonly model: SpecModel;
  readonly spec: SpecView;
  readonly of: readonly number[];
}): React.JSX.Element {
  const { model, spec, of } = props;
  const { trans } = model.common;
  return (
    <span className="sudare-standards">
      {of.map(one => (
        <span key={one} className="sudare-badge" title={spec.standards.find(s => s.standard === one)?.title}>
          {trans.__('standard %1', one)}
        </span>
      ))}
    </span>
  );
}

/** Names of columns. */
export function Names({ of }: { readonly of: readonly string[] }): React.JSX.Element | null {
  return of.length === 0 ? null : (
    <ul className="sudare-names">
      {of.map(one => (
        <li key={one}>{one}</li>
      ))}
    </ul>
  );
}

/** What was chosen, in words; `children` are more pairs. */
export function Lines(props: {
  readonly of: readonly ParameterTold[];
  readonly children?: React.ReactNode;
}): React.JSX.Element {
  return (
    <dl>
      {props.of.map((one, n) => (
        <React.Fragment key={n}>
          <dt>{one.title}</dt>
          <dd>{one.value}</dd>
        </React.Fragment>
      ))}
      {props.children}
    </dl>
  );
}

/** Why something was decided, and by whom: a pair among the others. */
export function Reason(props: {
  readonly model: SpecModel;
  readonly because: string;
  readonly by: string | null;
}): React.JSX.Element {
  return (
    <>
      <dt>{props.model.common.trans.__('reason')}</dt>
      <dd>
        {props.because}
        {props.by === null ? null : <span className="sudare-by">{props.by}</span>}
      </dd>
    </>
  );
}

/** Edits that a button makes at once: how to make one, and what was wrong with the last. */
export function useEdit(model: SpecModel): [(edit: Edit, done: Done) => void, React.JSX.Element | null] {
  const [refused, setRefused] = React.useState<readonly ProblemTold[]>([]);
  const act = (edit: Edit, done: Done): void => {
    model
      .edit(edit, done)
      .then(setRefused)
      .catch((error: unknown) => console.error('sudare: an edit failed', error));
  };
  const told =
    refused.length === 0 ? null : (
      <div role="alert">
        <ProblemList problems={refused} />
      </div>
    );
  return [act, told];
}

/** Where a control is: the one of this name at a place of the spec. */
export function at(place: string, name: string): string {
  return `[data-sudare-place="${place}"] [data-sudare="${name}"]`;
}
