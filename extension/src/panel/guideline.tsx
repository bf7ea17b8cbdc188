/** The guideline as a tree: its standards, its examples, its Table 1. */

import * as React from 'react';

import { Commands } from '../common.js';
import type { Common } from '../common.js';
import { found } from '../core/tree.js';
import type { Branch, CatalogueTold } from '../types.js';

interface Props {
  readonly common: Common;
  readonly catalogue: CatalogueTold;
  readonly canInsert: boolean;
}

/** The tree, with a field to look for something in it. */
export function Guideline(props: Props): React.JSX.Element {
  const { common, catalogue } = props;
  const { trans } = common;
  const [words, setWords] = React.useState('');
  return (
    <section aria-label={trans.__('Guideline')} data-sudare="guideline">
      <h2>{trans.__('Guideline')}</h2>
      <input
        className="jp-mod-styled"
        type="search"
        placeholder={trans.__('Search')}
        aria-label={trans.__('Search in the guideline')}
        value={words}
        onChange={event => setWords(event.target.value)}
      />
      <Branches {...props} branches={found(catalogue.guideline, words)} isOpen={words !== ''} />
    </section>
  );
}

function Branches(props: Props & { branches: readonly Branch[]; isOpen: boolean }): React.JSX.Element {
  return (
    <ul className="sudare-tree">
      {props.branches.map(branch => (
        <li key={branch.id} data-sudare="branch" data-sudare-id={branch.id}>
          <One {...props} branch={branch} />
        </li>
      ))}
    </ul>
  );
}

function One(props: Props & { branch: Branch; isOpen: boolean }): React.JSX.Element {
  const { common, branch, isOpen } = props;
  if (branch.children !== undefined) {
    return (
      <details open={isOpen || undefined}>
        <summary>{branch.title}</summary>
        {branch.notebook === undefined ? null : <Notebook {...props} label={common.trans.__('Open its notebook')} />}
        <Branches {...props} branches={branch.children} />
      </details>
    );
  }
  if (branch.technique !== undefined) {
    return <Insert {...props} label={branch.title} step={{ technique: branch.technique }} />;
  }
  return (
    <>
      <Notebook {...props} label={branch.title} />
      {branch.steps === undefined || branch.steps.length === 0 ? null : (
        <ul className="sudare-tree">
          {branch.steps.map((step, n) => (
            <li key={n}>
              <Insert {...props} label={labelOf(props.catalogue, step)} step={step} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Notebook({ common, branch, label }: Props & { branch: Branch; label: string }): React.JSX.Element {
  const { app } = common;
  const open = (): void => void app.commands.execute(Commands.notebook, { name: branch.notebook ?? '' });
  return (
    <button type="button" className="sudare-link" data-sudare="open-notebook" title={branch.title} onClick={open}>
      {label}
    </button>
  );
}

function Insert(props: Props & { label: string; step: Record<string, unknown> }): React.JSX.Element {
  const { common, canInsert, label, step } = props;
  const insert = (): void => void common.app.commands.execute(Commands.insert, { step: JSON.stringify(step) });
  const { trans } = common;
  return (
    <span>
      {label}{' '}
      <button
        type="button"
        className="sudare-link"
        data-sudare="insert"
        disabled={!canInsert}
        title={canInsert ? trans.__('Insert it in the open spec') : trans.__('Open a spec first')}
        aria-label={trans.__('Insert %1', label)}
        onClick={insert}
      >
        ＋
      </button>
    </span>
  );
}

function labelOf(catalogue: CatalogueTold, step: Record<string, unknown>): string {
  const label = catalogue.techniques.find(one => one.id === step['technique'])?.label ?? String(step['technique']);
  const columns: unknown = step['columns'];
  return Array.isArray(columns) ? `${label} (${columns.join(', ')})` : label;
}
