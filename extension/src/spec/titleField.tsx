/** The title of the design: edited where it stands. */

import * as React from 'react';

import { ProblemList } from '../common.js';
import type { SpecView } from '../core/reading.js';
import type { ProblemTold } from '../types.js';
import type { SpecModel } from './model.js';
import { Pencil } from './tools.js';

const OPENER = ['[data-sudare=title-edit]'];

export function TitleField({ model, spec }: { readonly model: SpecModel; readonly spec: SpecView }): React.JSX.Element {
  const { trans } = model.common;
  const [entered, setEntered] = React.useState<string | null>(null);
  const [problems, setProblems] = React.useState<readonly ProblemTold[]>([]);
  const close = (): void => {
    setEntered(null);
    setProblems([]);
    model.focusOn(OPENER);
  };
  if (entered === null) {
    return (
      <div className="sudare-heading">
        <h1>{spec.title}</h1>
        <Pencil label={trans.__('Edit the title')} name="title-edit" act={() => setEntered(spec.title)} />
      </div>
    );
  }
  const apply = (): void => {
    if (entered === spec.title) {
      close();
      return;
    }
    model
      .edit({ name: 'with_title', args: { title: entered } }, { said: trans.__('The title was changed.'), focus: OPENER })
      .then(found => {
        setProblems(found);
        if (found.length === 0) {
          close();
        }
      })
      .catch((error: unknown) => console.error('sudare: the title could not be written', error));
  };
  const onKey = (event: React.KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) {
      return; // Enter and Escape belong to the input method while it converts
    }
    if (event.key === 'Enter') {
      apply();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      close();
    }
  };
  return (
    <div className="sudare-heading">
      <input
        className="sudare-title-field jp-mod-styled"
        data-sudare="title-field"
        aria-label={trans.__('Title')}
        aria-describedby="sudare-title-keys"
        autoFocus
        value={entered}
        onChange={event => setEntered(event.target.value)}
        onKeyDown={onKey}
      />
      <span className="sudare-hint" id="sudare-title-keys">
        {trans.__('Enter applies, Escape cancels.')}
      </span>
      {problems.length === 0 ? null : (
        <div role="alert">
          <ProblemList problems={problems} />
        </div>
      )}
    </div>
  );
}
