/** Whether a notebook is the studio as sudare wrote it: only then is it run without being asked for. */

interface Cell {
  readonly cell_type?: unknown;
  readonly source?: unknown;
}

/** Whether the text of a notebook has exactly one cell of code, and that is `cell`. */
export function isStudio(notebook: string, cell: string): boolean {
  try {
    const { cells } = JSON.parse(notebook) as { cells: readonly Cell[] };
    const codes = cells.filter(one => one.cell_type === 'code').map(one => textOf(one.source));
    return codes.length === 1 && codes[0] === cell;
  } catch {
    return false;
  }
}

/** A source is a text, or a list of its lines. */
function textOf(source: unknown): string {
  return Array.isArray(source) ? source.join('') : String(source);
}
