/** Choosing a file or a folder: from those beside it, with Lab's own file dialog, or by its path. */

import { FileDialog } from '@jupyterlab/filebrowser';
import * as React from 'react';

import type { Common } from './common.js';
import { folderOf, serverPath } from './core/files.js';

/** The paths in a folder that are wanted, in the order of the file browser; none where it cannot be read. */
export async function listed(common: Common, folder: string, isWanted: (path: string) => boolean): Promise<string[]> {
  const read = await common.app.serviceManager.contents.get(folder).catch(() => null);
  const entries: unknown = read?.content;
  const all = Array.isArray(entries) ? entries.map((one: { path: string; type: string }) => one) : [];
  const paths = all.filter(one => one.type !== 'directory').map(one => serverPath(one.path));
  return paths.filter(isWanted).sort((a, b) => a.localeCompare(b));
}

/** Choose a file with Lab's file dialog; null where none was chosen, or where there is no such dialog. */
export async function browsedFile(
  common: Common,
  title: string,
  from: string,
  isWanted: (path: string) => boolean
): Promise<string | null> {
  const { manager, translator } = common;
  if (manager === null) {
    return null;
  }
  const answer = await FileDialog.getOpenFiles({
    manager,
    translator,
    title,
    defaultPath: folderOf(from),
    filter: one => (one.type === 'directory' || isWanted(one.path) ? {} : null)
  });
  const found = answer.value?.find(one => one.type !== 'directory');
  return answer.button.accept && found !== undefined ? serverPath(found.path) : null;
}

/** Choose a folder with Lab's file dialog; null where none was chosen. */
export async function browsedFolder(common: Common, title: string, from: string): Promise<string | null> {
  const { manager, translator } = common;
  if (manager === null) {
    return null;
  }
  const answer = await FileDialog.getExistingDirectory({ manager, translator, title, defaultPath: folderOf(from) });
  const found = answer.value?.at(0);
  return answer.button.accept && found !== undefined ? serverPath(found.path) : null;
}

interface PathProps {
  readonly common: Common;
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly paths?: readonly string[];
  readonly hint?: string;
  readonly set: (path: string) => void;
  /** Opens Lab's file dialog; left out where there is none. */
  readonly browse?: (() => void) | undefined;
}

const AT_A_TIME = 5; // lines of the list

/** A path: chosen from a list, browsed for, or typed. */
export function PathField(props: PathProps): React.JSX.Element {
  const { common, name, label, value, paths = [], hint, set, browse } = props;
  const { trans } = common;
  const id = `sudare-${name}`;
  return (
    <div className="sudare-field">
      <label htmlFor={id}>{label}</label>
      <div className="sudare-path">
        <input
          id={id}
          className="jp-mod-styled"
          data-sudare={name}
          value={value}
          spellCheck={false}
          onChange={event => set(event.target.value)}
        />
        {browse === undefined ? null : (
          <button
            type="button"
            className="jp-mod-styled"
            data-sudare={`${name}-browse`}
            aria-label={trans.__('%1: browse', label)}
            onClick={browse}
          >
            {trans.__('Browse…')}
          </button>
        )}
      </div>
      {paths.length < 2 ? null : (
        <select
          className="sudare-list"
          size={Math.min(AT_A_TIME, paths.length)}
          aria-label={trans.__('%1: in this folder', label)}
          data-sudare={`${name}-list`}
          value={paths.includes(value) ? value : ''}
          onChange={event => set(event.target.value)}
        >
          <option value="" hidden />
          {paths.map(path => (
            <option key={path} value={path}>
              {path}
            </option>
          ))}
        </select>
      )}
      {hint === undefined || hint === '' ? null : (
        <p className="sudare-hint" data-sudare={`${name}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
