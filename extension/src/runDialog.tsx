/** What a production run is started with: table, output folder, keys, and the values of the spec's parameters. */

import type { DocumentRegistry } from '@jupyterlab/docregistry';
import * as React from 'react';

import { ask } from './asking.js';
import type { Asked } from './asking.js';
import type { RunRequest } from './api.js';
import { browsedFile, browsedFolder, listed, PathField } from './choosing.js';
import type { Common } from './common.js';
import { folderOf, isTable, proposedInput, proposedOut, serverPath } from './core/files.js';
import { changedValues } from './core/runList.js';
import type { GivenTold, RunTold, SettingsTold } from './types.js';

type Context = DocumentRegistry.IContext<DocumentRegistry.IModel>;

interface Wanted {
  readonly input: string;
  readonly out: string;
  readonly keys: string;
  readonly values: Readonly<Record<string, string>>;
}

interface Known {
  readonly spec: string;
  readonly tables: readonly string[];
  readonly server: SettingsTold | null;
  readonly context: Context | null;
}

/** Ask what a run is started with, and start it; null when the person thinks better of it. */
export async function askForRun(common: Common, spec: string): Promise<RunTold | null> {
  const { trans } = common;
  const context = openContext(common, spec);
  const [tables, server, given] = await Promise.all([
    listed(common, folderOf(spec), isTable),
    common.api.serverSettings().catch(() => null), // only told, not needed
    parametersOf(common, spec)
  ]);
  let parameters = given;
  const known = { spec, tables, server, context };
  return ask<Wanted, RunTold>(common, {
    title: trans.__('Run in production'),
    okLabel: trans.__('Run'),
    state: {
      input: proposedInput(spec, tables),
      out: proposedOut(spec),
      keys: common.settings().keyStore,
      values: {}
    },
    body: asked => (
      <RunBody
        common={common}
        known={known}
        parameters={parameters}
        asked={asked}
        save={async () => {
          await saved(context);
          parameters = await parametersOf(common, spec);
          return {};
        }}
      />
    ),
    answer: wanted => common.runs.start(requestOf(spec, wanted, parameters))
  });
}

function requestOf(spec: string, wanted: Wanted, parameters: readonly GivenTold[]): RunRequest {
  const set = changedValues(parameters, wanted.values);
  const keys = wanted.keys.trim();
  return {
    spec,
    input: wanted.input.trim(),
    out: wanted.out.trim(),
    ...(keys === '' ? {} : { key_store: keys }),
    ...(Object.keys(set).length === 0 ? {} : { set })
  };
}

/** The parameters of the spec as it is saved; one that cannot be read has none, and the run says why. */
async function parametersOf(common: Common, spec: string): Promise<readonly GivenTold[]> {
  const view = await common.api.viewOfFile(spec).catch(() => null);
  return view?.parameters ?? [];
}

/** The open document of a spec, in whichever view. */
export function openContext(common: Common, spec: string): Context | null {
  for (const widget of common.app.shell.widgets('main')) {
    const context = common.manager?.contextForWidget(widget);
    if (context !== undefined && serverPath(context.path) === spec) {
      return context;
    }
  }
  return null;
}

async function saved(context: Context | null): Promise<void> {
  await context?.save();
}

interface BodyProps {
  readonly common: Common;
  readonly known: Known;
  readonly parameters: readonly GivenTold[];
  readonly asked: Asked<Wanted>;
  readonly save: () => Promise<Partial<Wanted>>;
}

function RunBody({ common, known, parameters, asked, save }: BodyProps): React.JSX.Element {
  const { trans } = common;
  const { state, change, leave } = asked;
  const canBrowse = common.manager !== null;
  const browseTable = async (): Promise<Partial<Wanted>> => {
    const input = await browsedFile(common, trans.__('Input table'), state.input || known.spec, isTable);
    return input === null ? {} : { input };
  };
  const browseFolder = async (): Promise<Partial<Wanted>> => {
    const out = await browsedFolder(common, trans.__('Output folder'), known.spec);
    return out === null ? {} : { out };
  };
  const browseKeys = async (): Promise<Partial<Wanted>> => {
    const keys = await browsedFolder(common, trans.__('Folder of the keys'), known.spec);
    return keys === null ? {} : { keys };
  };
  return (
    <div data-sudare="run-form">
      <p>
        {trans.__('Spec')}: <code>{known.spec}</code>
      </p>
      {known.context?.model.dirty === true ? (
        <div className="sudare-notice" role="status" data-sudare="unsaved">
          {trans.__('The spec has changes that are not saved. It is run as it is saved.')}{' '}
          <button type="button" className="jp-mod-styled" data-sudare="save-first" onClick={() => leave(save)}>
            {trans.__('Save it now')}
          </button>
        </div>
      ) : null}
      <PathField
        common={common}
        name="run-input"
        label={trans.__('Input table')}
        value={state.input}
        paths={known.tables}
        set={input => change({ input })}
        browse={canBrowse ? () => leave(browseTable) : undefined}
      />
      <PathField
        common={common}
        name="run-out"
        label={trans.__('Output folder')}
        value={state.out}
        set={out => change({ out })}
        browse={canBrowse ? () => leave(browseFolder) : undefined}
      />
      <Existing common={common} out={state.out} />
      <PathField
        common={common}
        name="run-keys"
        label={trans.__('Folder of the keys')}
        value={state.keys}
        hint={keysHint(common, known.server)}
        set={keys => change({ keys })}
        browse={canBrowse ? () => leave(browseKeys) : undefined}
      />
      <Parameters common={common} parameters={parameters} asked={asked} />
      <p className="sudare-hint">{trans.__('Nothing is written before every check has passed.')}</p>
      {known.server === null ? null : (
        <p className="sudare-hint" data-sudare="server-settings">
          {trans.__('At most %1 runs work at a time; others wait.', known.server.concurrent_runs)}
        </p>
      )}
    </div>
  );
}

function keysHint(common: Common, server: SettingsTold | null): string {
  const { trans } = common;
  const usual = server === null || server.key_store === '' ? trans.__('the usual place') : server.key_store;
  return trans.__('Empty: %1', usual);
}

function Parameters(props: {
  common: Common;
  parameters: readonly GivenTold[];
  asked: Asked<Wanted>;
}): React.JSX.Element | null {
  const { common, parameters, asked } = props;
  const { trans } = common;
  const { values } = asked.state;
  if (parameters.length === 0) {
    return null;
  }
  return (
    <fieldset className="sudare-field" data-sudare="run-parameters">
      <legend>{trans.__('Parameters of the spec (they are recorded: never a key, never a value of the data)')}</legend>
      {parameters.map(one => {
        const usual = one.value ?? '';
        const value = values[one.name] ?? usual;
        return (
          <div key={one.name} className="sudare-parameter">
            <label htmlFor={`sudare-set-${one.name}`}>{one.name}</label>
            <input
              id={`sudare-set-${one.name}`}
              className="jp-mod-styled"
              data-sudare="run-parameter"
              data-sudare-name={one.name}
              value={value}
              onChange={event => asked.change({ values: { ...values, [one.name]: event.target.value } })}
            />
            <p className="sudare-hint">{one.description}</p>
            {value === usual ? null : <p className="sudare-hint">{trans.__('In the spec: %1', usual)}</p>}
          </div>
        );
      })}
    </fieldset>
  );
}

const AFTER_TYPING = 300; // milliseconds

/** What a run does with what is in the output folder already: as the command line does. */
function Existing({ common, out }: { common: Common; out: string }): React.JSX.Element | null {
  const [held, setHeld] = React.useState<readonly string[]>([]);
  React.useEffect(() => {
    let isWanted = true;
    const timer = setTimeout(() => {
      listed(common, out.trim(), () => true)
        .then(paths => {
          if (isWanted) {
            setHeld(paths);
          }
        })
        .catch(() => undefined); // it is only told, and the run itself says what is wrong
    }, AFTER_TYPING);
    return (): void => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [common, out]);
  const { trans } = common;
  if (!held.some(path => path.endsWith('/receipt.json'))) {
    return null;
  }
  return (
    <p className="sudare-hint" data-sudare="run-out-held">
      {trans.__(
        'Results of an earlier run are in this folder: a run that is done replaces them, one that is refused only their receipt.'
      )}
    </p>
  );
}
