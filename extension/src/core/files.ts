/** What a path says of a file, without asking for it. */

export const SPEC_SUFFIX = '.sudare.yaml';

const TABLE = /\.(csv|tsv|txt|csv\.gz|xlsx|parquet)$/i;

/** Whether a design can begin from a file. */
export function isTable(path: string): boolean {
  return TABLE.test(path);
}

/** Whether a file is a spec. */
export function isSpec(path: string): boolean {
  return path.toLowerCase().endsWith(SPEC_SUFFIX);
}

/** The folder of a path: '' is the root. */
export function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

/** The name of a path without its folder. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A path from a folder and a name; the root is ''. */
export function joined(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** The name of a design: that of its spec without the suffix. */
export function stemOf(spec: string): string {
  const name = nameOf(spec);
  return isSpec(name) ? name.slice(0, -SPEC_SUFFIX.length) : name;
}

/** The output folder that is proposed for a run: beside the spec, named after it. */
export function proposedOut(spec: string): string {
  return joined(folderOf(spec), `${stemOf(spec)}-out`);
}

/** The table that is proposed for a run: the one named like the spec, else the first. */
export function proposedInput(spec: string, tables: readonly string[]): string {
  const named = tables.find(path => nameOf(path).replace(TABLE, '') === stemOf(spec));
  return named ?? tables.at(0) ?? '';
}

/** A path as the server takes it: a drive that Lab puts before it is taken off. */
export function serverPath(path: string): string {
  const colon = path.indexOf(':');
  return colon >= 0 && !path.slice(0, colon).includes('/') ? path.slice(colon + 1) : path;
}
