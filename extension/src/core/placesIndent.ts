/** How far the line after another is indented in a spec. */

const STEP = 2;

/** The column at which the line after this one begins; null where a bracket is open and Lab knows better. */
export function indentAfter(line: string): number | null {
  const text = line.replace(/\s+#.*$/, '').trimEnd();
  if (/[[{]$/.test(text)) {
    return null;
  }
  const [dashes] = /^\s*(- +)*/.exec(line) ?? [''];
  const isKey = /^("[^"]*"|'[^']*'|[^\s"'{[#][^:]*):(\s|$)/.test(text.slice(dashes.length));
  const column = isKey ? dashes.length : line.length - line.trimStart().length;
  return isKey && text.endsWith(':') ? column + STEP : column;
}
