/** A line that unfolds a form, and has the focus again when the form is closed. */

import * as React from 'react';

import type { SpecModel } from './model.js';

interface Props {
  readonly model: SpecModel;
  /** What tests and the focus know the line by. */
  readonly name: string;
  readonly label: string;
  /** The form; `opener` is where the line is, `close` folds the form up again. */
  readonly children: (opener: string, close: () => void) => React.JSX.Element | null;
}

export function Unfolding({ model, name, label, children }: Props): React.JSX.Element {
  const [isOpen, setOpen] = React.useState(false);
  const opener = `[data-sudare=${name}]`;
  const close = (): void => {
    setOpen(false);
    model.focusOn([opener]);
  };
  return (
    <>
      <button
        type="button"
        className="sudare-link"
        data-sudare={name}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {label}
      </button>
      {isOpen ? children(opener, close) : null}
    </>
  );
}
