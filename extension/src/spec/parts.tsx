/** The plain parts of a spec: for whom, of which file, who is counted, who works on it, how files are written. */

import * as React from 'react';

import type { SpecView } from '../core/reading.js';
import type { CatalogueTold, PartForm, PartTold } from '../types.js';
import type { SpecModel } from './model.js';
import { SchemaForm } from './schemaForm.js';
import { at, Lines, Pencil } from './tools.js';

interface Props {
  readonly model: SpecModel;
  readonly spec: SpecView;
  readonly catalogue: CatalogueTold | null;
}

/** All parts in the order of the server, each with its form; and the files that the spec goes by. */
export function Parts({ model, spec, catalogue }: Props): React.JSX.Element {
  const { trans } = model.common;
  return (
    <div className="sudare-parts">
      {(catalogue?.parts ?? []).map(form => {
        const part = spec.parts.find(one => one.id === form.id);
        return part === undefined ? null : <Part key={form.id} model={model} spec={spec} form={form} part={part} />;
      })}
      {spec.files.length === 0 ? null : (
        <div className="sudare-part" data-sudare="files">
          <h3>{trans.__('files beside the spec')}</h3>
          <ul className="sudare-part-body">
            {spec.files.map(one => (
              <li key={one.name}>
                {one.name}{' '}
                {one.found ? null : <span className="sudare-badge sudare-mod-open">{trans.__('not there')}</span>}{' '}
                {one.places.map(place => (
                  <button key={place} type="button" className="sudare-link" onClick={() => model.show(place)}>
                    <code>{place}</code>
                  </button>
                ))}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

interface PartProps {
  readonly model: SpecModel;
  readonly spec: SpecView;
  readonly form: PartForm;
  readonly part: PartTold;
}

function Part({ model, spec, form, part }: PartProps): React.JSX.Element {
  const { trans } = model.common;
  const [isOpen, setOpen] = React.useState(false);
  const edit = at(part.id, 'part-edit');
  const names = React.useMemo(() => spec.columns.map(one => one.name), [spec]);
  const [first] = part.lines;
  const single = first?.title === form.label ? first.value : null; // the name of the part says it all
  const uses = part.id === 'parameters' ? spec.parameters : [];
  return (
    <div className="sudare-part" data-sudare="part" data-sudare-place={part.id}>
      <h3>{form.label}</h3>
      <div className="sudare-part-body">
        {part.lines.length === 0 ? <p className="sudare-none">{trans.__('left out')}</p> : null}
        {single === null ? <Lines of={part.lines} /> : <p>{single}</p>}
        {uses.map(one => (
          <p key={one.name} className="sudare-hint">
            <code>{`\${${one.name}}`}</code> {one.description}
          </p>
        ))}
      </div>
      {form.schema === null ? null : (
        <Pencil
          label={trans.__('Edit: %1', form.label)}
          name="part-edit"
          isOpen={isOpen}
          act={() => setOpen(!isOpen)}
        />
      )}
      {isOpen && form.schema !== null ? (
        <SchemaForm
          key={JSON.stringify(part.data)}
          common={model.common}
          kind="part"
          id={part.id}
          label={form.label}
          about={form.about}
          schema={form.schema}
          data={part.data}
          columns={names}
          apply={filled =>
            model.edit(
              { name: 'with_form', args: { part: part.id, entered: filled } },
              { said: trans.__('Changed: %1', form.label), focus: [edit] }
            )
          }
          close={() => {
            setOpen(false);
            model.focusOn([edit]);
          }}
        />
      ) : null}
    </div>
  );
}
