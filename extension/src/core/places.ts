/** Places in the text of a spec: from a path to a range of the text, and from an offset to a path. */

import { isMap, isPair, isScalar, isSeq, parseDocument, visit } from 'yaml';
import type { Document, Node, Pair, Scalar, YAMLMap } from 'yaml';

/** The way to a part of a spec: keys, and positions in lists. */
export type Path = readonly (string | number)[];

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What is being written at an offset. */
export interface Spot {
  /** The path of the mapping whose key is written, or of the value that is written. */
  readonly path: Path;
  readonly role: 'key' | 'value';
  /** What is replaced by a choice, and the part of it before the cursor. */
  readonly from: number;
  readonly to: number;
  readonly prefix: string;
  /** What must stand before a choice: a blank after a colon, or the dash of a new entry. */
  readonly lead: string;
  /** The quote that is open, '' where none is. */
  readonly quote: '' | '"' | "'";
  readonly isClosed: boolean;
  readonly inFlow: boolean;
  /** Whether nothing but blanks and dashes stands before it on its line. */
  readonly startsLine: boolean;
  readonly indent: number;
  /** Whether the key has its colon already. */
  readonly hasColon: boolean;
  readonly document: Document.Parsed;
}

const INDENT = '  ';
const MARK = '\uE000'; // of the private use area: what is typed never holds it
const OPTIONS = {
  keepSourceTokens: true, // they tell whether a key has its colon
  schema: 'failsafe', // every plain scalar is text, as the server reads it
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'silent'
} as const;

/** Read a text as far as it can be read; it may be half written. */
export function read(text: string): Document.Parsed {
  return parseDocument(text, OPTIONS);
}

/** The text of a scalar, '' for anything else. */
export function textOf(node: unknown): string {
  return isScalar(node) && typeof node.value === 'string' ? node.value : '';
}

/** The node at a path; null where there is none. */
export function nodeAt(document: Document.Parsed, path: Path): unknown {
  let node: unknown = document.contents;
  for (const part of path) {
    node = isMap(node) ? pairOf(node, String(part))?.value : isSeq(node) ? node.items[Number(part)] : null;
  }
  return node ?? null;
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find(one => textOf(one.key) === key);
}

function rangeOf(node: unknown): Range | null {
  const range = (node as Node | null)?.range;
  return range ? { from: range[0], to: range[1] } : null;
}

/** The lines of a text that a problem can be about: a whole mapping is shown by its first line only. */
function firstLine(text: string, { from, to }: Range): Range {
  const end = text.indexOf('\n', from);
  const last = end < 0 ? to : Math.min(to, end);
  return { from, to: Math.max(from, from + text.slice(from, last).trimEnd().length) };
}

function lineRange(text: string, line: number): Range {
  const lines = text.split('\n');
  const at = Math.min(Math.max(line, 1), lines.length) - 1;
  const start = lines.slice(0, at).reduce((sum, one) => sum + one.length + 1, 0);
  const own = lines[at] ?? '';
  const blank = own.length - own.trimStart().length;
  return { from: start + (own.trim() === '' ? 0 : blank), to: start + own.trimEnd().length };
}

/** How far a place such as `steps[3].edges` leads into a text, and the part of the place that is not there. */
function reached(document: Document.Parsed, where: string): { node: unknown; pair: Pair | null; rest: string } {
  let node: unknown = document.contents;
  let pair: Pair | null = null;
  let rest = where;
  while (rest !== '') {
    const entry = /^\[(\d+)\]/.exec(rest);
    if (entry !== null && isSeq(node) && node.items[Number(entry[1])] !== undefined) {
      node = node.items[Number(entry[1])];
      pair = null;
      rest = rest.slice(entry[0].length);
      continue;
    }
    // A key may itself hold a full stop: the longest that fits is taken.
    const after = rest.startsWith('.') ? rest.slice(1) : rest;
    const fitting = (isMap(node) ? node.items : [])
      .filter(one => after.startsWith(textOf(one.key)) && /^($|[.[])/.test(after.slice(textOf(one.key).length)))
      .sort((a, b) => textOf(b.key).length - textOf(a.key).length);
    const found = fitting.find(one => textOf(one.key) !== '');
    if (found === undefined) {
      break;
    }
    pair = found;
    node = found.value;
    rest = after.slice(textOf(found.key).length);
  }
  return { node, pair, rest };
}

/** The range of a text that a problem's place means; the whole text is shown by its first line. */
export function rangeAt(text: string, where: string, document: Document.Parsed = read(text)): Range {
  const line = /^line (\d+)$/.exec(where);
  if (line !== null) {
    return lineRange(text, Number(line[1]));
  }
  const { node, pair } = reached(document, where);
  const value = rangeOf(node);
  const key = rangeOf(pair?.key);
  if (where === '' || (value === null && key === null) || node === document.contents) {
    return lineRange(text, firstWritten(text));
  }
  const isEmpty = value === null || value.to <= value.from;
  const chosen = key !== null && (isEmpty || !(isScalar(node) || isFlow(node))) ? key : value;
  return firstLine(text, chosen ?? { from: 0, to: 0 });
}

/** What a place leads to, and the part of the place that is not there: '' where all of it is. */
export function nodeReached(document: Document.Parsed, where: string): { node: unknown; rest: string } {
  const { node, rest } = reached(document, where);
  return { node, rest };
}

/** The word below a place that a problem names, such as an unknown key or a column that is not there. */
export function wordNamed(document: Document.Parsed, where: string, message: string): Range | null {
  const words: { range: Range; at: number }[] = [];
  const { node } = reached(document, where);
  if (isMap(node) || isSeq(node)) {
    visit(node, {
      Scalar(_key, word) {
        const range = rangeOf(word);
        const at = textOf(word) === '' ? -1 : message.search(quotedName(textOf(word)));
        if (range !== null && at >= 0) {
          words.push({ range, at });
        }
      }
    });
  }
  return words.sort((a, b) => a.at - b.at)[0]?.range ?? null;
}

function quotedName(name: string): RegExp {
  const plain = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(「${plain}」|'${plain}')`);
}

function firstWritten(text: string): number {
  return text.split('\n').findIndex(one => one.trim() !== '' && !one.trimStart().startsWith('#')) + 1 || 1;
}

function isFlow(node: unknown): boolean {
  return (isMap(node) || isSeq(node)) && node.flow === true;
}

/** What may be written at an offset, the likeliest first; nothing within a comment, and where nothing can stand. */
export function spotsAt(text: string, offset: number): Spot[] {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  if (/^-(\s|$)/.test(text.slice(offset, offset + 2)) && text.slice(start, offset).trim() === '') {
    return []; // before the dash of an entry that is there
  }
  const spots = leads(text.slice(start, offset), offset).flatMap(lead => {
    const found = tried(text, offset, start, lead, '') ?? tried(text, offset, start, lead, ':');
    return found !== null && isSensible(lead, found) ? [found] : [];
  });
  // What is far enough to the right to be a value is not moved further.
  const isValue = spots.some(one => one.lead === '' && one.role === 'value');
  return spots.filter(one => !isValue || !one.lead.startsWith(INDENT));
}

/** A dash continues a list; a further indent begins what the key above is to hold. */
function isSensible({ words }: Lead, { role, path, document }: Spot): boolean {
  const list = nodeAt(document, path.slice(0, -1));
  const isFirst = isSeq(list) && list.items.length === 1;
  switch (words) {
    case '- ':
      return isSeq(list) && !isFirst;
    case `${INDENT}- `:
      return isFirst;
    case INDENT:
      return role === 'value' && !isSeq(list);
    default:
      return true;
  }
}

interface Lead {
  readonly words: string;
  readonly at: number;
}

/** What may have to be put before the word that is written, and where. */
function leads(before: string, offset: number): Lead[] {
  const nothing = { words: '', at: offset };
  // `type:|` is the word "type:" until a blank follows; a dash is an entry only with one.
  if (/(^|[\s{,[])[^\s"'{},[\]:]+:$/.test(before) || /^\s*(- )*-$/.test(before)) {
    return [{ words: ' ', at: offset }, nothing];
  }
  const word = /^\s*([\w-]*)$/.exec(before)?.[1];
  const at = offset - (word?.length ?? 0);
  const further = [`${INDENT}- `, INDENT, '', '- '].map(words => ({ words, at: words === '' ? offset : at }));
  return word === undefined ? [nothing] : further;
}

interface Found {
  readonly scalar: Scalar;
  readonly role: 'key' | 'value';
  readonly above: readonly unknown[];
}

function marked(document: Document.Parsed): Found | null {
  let found: Found | null = null;
  visit(document, {
    Scalar(key, node, path) {
      if (!textOf(node).includes(MARK)) {
        return undefined;
      }
      found = { scalar: node, role: key === 'key' ? 'key' : 'value', above: path };
      return visit.BREAK;
    }
  });
  return found;
}

function pathOf({ scalar, above }: Found): (string | number)[] {
  return above.flatMap((one, n): (string | number)[] => {
    const next = above[n + 1] ?? scalar;
    if (isPair(one)) {
      return next === one.key ? [] : [textOf(one.key)];
    }
    return isSeq(one) ? [one.items.indexOf(next)] : [];
  });
}

/** Read the text with a mark at the offset: what the reader takes the mark for is what is written there. */
function tried(text: string, offset: number, start: number, lead: Lead, after: string): Spot | null {
  const { words } = lead;
  const withMark = text.slice(0, lead.at) + words + text.slice(lead.at, offset) + MARK + after + text.slice(offset);
  const document = read(`${withMark}\n`); // an open quote at the very end would lose its last letter
  const found = marked(document);
  const range = rangeOf(found?.scalar);
  if (found === null || range === null || range.from < start) {
    return null;
  }
  const at = offset + words.length; // of the mark
  const lineEnd = withMark.indexOf('\n', at) < 0 ? withMark.length : withMark.indexOf('\n', at);
  const pair = found.above.at(-1);
  const map = found.above.at(-2);
  const isKey = found.role === 'key' && isPair(pair) && isMap(map);
  if (isKey && ((after === '' && range.to > lineEnd) || !isAligned(withMark, map))) {
    return null; // the next line was taken for a part of the key, or the key for one of another mapping
  }
  const quote = QUOTES[found.scalar.type ?? ''] ?? '';
  const from = range.from + quote.length;
  const closing = quote === '' ? -1 : withMark.indexOf(quote, at);
  const isClosed = closing >= 0 && closing < Math.min(lineEnd, range.to);
  const last = quote === '' ? Math.min(range.to, lineEnd) : isClosed ? closing : at + MARK.length;
  const inFlow = found.above.some(isFlow);
  const line = text.slice(start, offset);
  return {
    path: pathOf(found),
    role: found.role,
    from: from - (from >= lead.at + words.length ? words.length : 0),
    to: Math.max(offset, offset + trimmed(withMark.slice(at + MARK.length + after.length, last)).length),
    prefix: withMark.slice(from, at),
    lead: quote === '' ? words : '',
    quote,
    isClosed,
    inFlow,
    startsLine: !inFlow && /^\s*(- +)*$/.test(withMark.slice(start, range.from)),
    indent: line.length - line.trimStart().length,
    hasColon: isKey && after === '' && hasColon(pair),
    document
  };
}

const QUOTES: Readonly<Record<string, '"' | "'">> = { QUOTE_DOUBLE: '"', QUOTE_SINGLE: "'" };

function trimmed(text: string): string {
  return text.trimEnd();
}

/** Whether the marked key stands below the other keys of its mapping. */
function isAligned(text: string, map: YAMLMap): boolean {
  if (map.flow === true) {
    return true;
  }
  const columns = map.items.flatMap(one => {
    const from = rangeOf(one.key)?.from;
    return from === undefined ? [] : [from - (text.lastIndexOf('\n', from - 1) + 1)];
  });
  return new Set(columns).size <= 1;
}

interface WithSeparator {
  readonly sep?: readonly { readonly type: string }[];
}

function hasColon(pair: Pair): boolean {
  const token = (pair as { srcToken?: WithSeparator }).srcToken;
  return token?.sep?.some(one => one.type === 'map-value-ind') === true;
}

/** The path of the key or value under an offset, for its explanation; null where there is neither. */
export function namedAt(text: string, offset: number): { path: Path; role: 'key' | 'value'; range: Range } | null {
  const document = read(text);
  let named: { path: Path; role: 'key' | 'value'; range: Range } | null = null;
  visit(document, {
    Scalar(key, node, path) {
      const range = rangeOf(node);
      if (range === null || offset < range.from || offset > range.to || range.from === range.to) {
        return undefined;
      }
      const role = key === 'key' ? 'key' : 'value';
      const above = pathOf({ scalar: node, role, above: path });
      named = { path: role === 'key' ? [...above, textOf(node)] : above, role, range };
      return visit.BREAK;
    }
  });
  return named;
}
