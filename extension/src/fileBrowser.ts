/** Which file is meant: the one that is named, that is chosen in the file browser, or that is open. */

import type { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { serverPath } from './core/files.js';

/** The paths chosen in the file browser. */
export function chosen(browsers: IFileBrowserFactory | null): string[] {
  const browser = browsers?.tracker.currentWidget ?? null;
  if (browser === null) {
    return [];
  }
  return [...browser.selectedItems()].filter(item => item.type !== 'directory').map(item => serverPath(item.path));
}

/** The folder that the file browser shows. */
export function folderShown(browsers: IFileBrowserFactory | null): string {
  return serverPath(browsers?.tracker.currentWidget?.model.path ?? '');
}

/** The path in a command's arguments. */
export function pathIn(args: ReadonlyPartialJSONObject): string | null {
  return typeof args['path'] === 'string' ? args['path'] : null;
}
