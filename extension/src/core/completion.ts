/** What can be written at a place of a spec: from its JSON Schema, the catalogue, and the text itself. */

import { isMap, isSeq } from 'yaml';

import { entriesAt, isJson, propertiesOf, SpecSchema, wordsOf } from './completionSchema.js';
import type { Json } from './completionSchema.js';
import { matching } from './completionMatching.js';
import type { Choice } from './completionMatching.js';
import { namedAt, nodeAt, read, spotsAt, textOf } from './places.js';
import type { Path, Range, Spot } from './places.js';
import type { CatalogueTold } from '../types.js';

export { SpecSchema } from './completionSchema.js';

/** What is known beside the text. */
export interface Known {
  readonly schema: SpecSchema;
  readonly catalogue: Pick<CatalogueTold, 'techniques' | 'measures' | 'standards'>;
  /** Today as 2026-06-02: who decides something signs it with the day. */
  readonly today: string;
}

export interface Choices extends Range {
  readonly choices: readonly Choice[];
}

const INDENT = 2;
const MOST = 10; // whole numbers are offered where there are no more of them
const SIGNED = '^\\S+ \\d{4}-'; // the form of "by": a name and a day

/** The choices at an offset, best first; null where there is nothing to choose. */
export function choicesAt(text: string, offset: number, known: Known): Choices | null {
  const [spot, ...others] = spotsAt(text, offset);
  if (spot === undefined) {
    return null;
  }
  const spots = [spot, ...others.filter(one => one.from === spot.from && one.to === spot.to)];
  const all = spots.flatMap(one => (one.role === 'key' ? keysAt(text, one, known) : valuesAt(text, one, known)));
  const choices = matching(spot.prefix, unique(all));
  return choices.length === 0 ? null : { from: spot.from, to: spot.to, choices };
}

function unique(choices: readonly Choice[]): Choice[] {
  const seen = new Set<string>();
  return choices.filter(one => !seen.has(one.insert) && seen.add(one.insert));
}

/** The keys of the mapping that is written, without those that stand there. */
function keysAt(text: string, spot: Spot, { schema }: Known, opening = ''): Choice[] {
  const mappings = schema.mappingsAt(spot.document, spot.path);
  const node = nodeAt(spot.document, spot.path);
  const there = new Set(isMap(node) ? node.items.map(one => textOf(one.key)) : []);
  return schema
    .keys(mappings)
    .filter(({ name }) => !there.has(name) || name === spot.prefix)
    .map(({ name, form }) => ({
      kind: 'key',
      label: name,
      insert: spot.lead + opening + (spot.hasColon ? name : name + afterKey(text, spot, schema, form, opening)),
      about: wordsOf(form, 'title'),
      help: wordsOf(form, 'description')
    }));
}

/** What follows a key: its value on the same line, or the first line of what stands below it. */
function afterKey(text: string, spot: Spot, schema: SpecSchema, key: Json, opening: string): string {
  const forms = schema.forms(key);
  const isBlock = spot.startsLine && !opening.endsWith('{');
  const column = spot.from - (text.lastIndexOf('\n', spot.from - 1) + 1) + spot.lead.length + opening.length;
  const below = `:\n${' '.repeat(column + INDENT)}`;
  if (isBlock && forms.length > 0 && forms.every(isMapping)) {
    return below;
  }
  const holdsMappings = (form: Json): boolean => isJson(form['items']) && schema.forms(form['items']).some(isMapping);
  return isBlock && forms.length > 0 && forms.every(holdsMappings) ? `${below}- ` : ': ';
}

function isMapping(form: Json): boolean {
  return isJson(form['properties']) || (form['type'] === 'object' && isJson(form['additionalProperties']));
}

function valuesAt(text: string, spot: Spot, known: Known): Choice[] {
  const { schema } = known;
  const forms = schema.at(spot.document, spot.path);
  const values = forms.flatMap(form => scalars(form, spot, known));
  const plain = [...values, ...(values.length > 0 ? references(spot) : [])].map(one => ({
    ...one,
    insert: spot.lead + written(one.insert, spot)
  }));
  const isEntry = typeof spot.path.at(-1) === 'number';
  if (spot.quote !== '') {
    return plain;
  }
  const mappings = forms.some(form => isJson(form['properties']))
    ? keysAt(text, spot, known, spot.startsLine ? '' : '{')
    : [];
  return [...plain, ...mappings, ...(isEntry ? [] : lists(text, spot, forms, known))];
}

/** The entries of a list that is only begun: with its dash or brackets. */
function lists(text: string, spot: Spot, forms: readonly Json[], known: Known): Choice[] {
  const first = [...spot.path, 0];
  const inner = { ...spot, path: first };
  return forms
    .filter(form => isJson(form['items']))
    .flatMap(form => known.schema.forms(isJson(form['items']) ? form['items'] : {}).map(one => ({ ...one, ...role(form) })))
    .flatMap(form => {
      if (isMapping(form)) {
        return spot.startsLine ? keysAt(text, inner, known, '- ') : [];
      }
      return scalars(form, inner, known).map(one => {
        const value = written(one.insert, { ...spot, inFlow: !spot.startsLine });
        return { ...one, insert: spot.lead + (spot.startsLine ? `- ${value}` : `[${value}]`) };
      });
    });
}

/** A list of columns says so itself, and not each of its entries. */
function role(list: Json): Json {
  const said = wordsOf(list, 'x-role');
  return said === '' ? {} : { 'x-role': said };
}

/** The values of one form: each as itself, not yet as it is written. */
function scalars(form: Json, spot: Spot, known: Known): Choice[] {
  const own = wordsOf(form, 'x-role') || (typeof spot.path.at(-1) === 'number' ? listRole(spot, known) : '');
  if (own === 'columns' || own === 'column') {
    return form['type'] === 'array' ? [] : columns(spot, known);
  }
  const options: unknown = form['enum'];
  if (Array.isArray(options)) {
    return options.map(one => value(String(one), wordsOf(form, 'title')));
  }
  const constant = form['const'];
  if (typeof constant === 'string') {
    const { techniques, measures } = known.catalogue;
    const told = [...techniques, ...measures].find(one => one.id === constant);
    return [{ ...value(constant, told?.label ?? ''), help: told?.about ?? '' }];
  }
  if (form['type'] === 'boolean') {
    return [value('true', ''), value('false', '')];
  }
  if (form['type'] === 'integer') {
    return numbers(form, spot, known);
  }
  const pattern = form['pattern'];
  return typeof pattern === 'string' && pattern.startsWith(SIGNED) ? people(spot, known.today) : [];
}

function value(text: string, about: string): Choice {
  return { kind: 'value', label: text, insert: text, about, help: '' };
}

function column(name: string, about: string): Choice {
  return { ...value(name, about), kind: 'column' };
}

function listRole({ document, path }: Spot, { schema }: Known): string {
  return schema.at(document, path.slice(0, -1)).map(form => wordsOf(form, 'x-role')).find(said => said !== '') ?? '';
}

function numbers(form: Json, spot: Spot, { catalogue }: Known): Choice[] {
  const { minimum, maximum } = form;
  if (typeof minimum !== 'number' || typeof maximum !== 'number' || maximum - minimum >= MOST) {
    return [];
  }
  const there = new Set(entriesAt(spot.document, spot.path.slice(0, -1)));
  const all = Array.from({ length: maximum - minimum + 1 }, (_, n) => minimum + n);
  const isStandard = spot.path.includes('standards');
  return all
    .filter(one => !there.has(String(one)))
    .map(one => {
      const told = isStandard ? catalogue.standards.find(standard => standard.id === one) : undefined;
      return { ...value(String(one), told?.title ?? ''), help: told?.explanation ?? '' };
    });
}

function people({ document }: Spot, today: string): Choice[] {
  const staff = nodeAt(document, ['staff']);
  return isMap(staff) ? staff.items.map(one => value(`${textOf(one.key)} ${today}`, '')) : [];
}

/** The columns that there are at a step: those declared, and those that steps before it made. */
function columns(spot: Spot, { schema }: Known): Choice[] {
  const { document, path } = spot;
  const list = nodeAt(document, ['input', 'columns']);
  const declared = (isSeq(list) ? list.items : []).flatMap(one => {
    if (!isMap(one)) {
      return [];
    }
    const said = (name: string): string => textOf(one.get(name, true));
    const about = [said('type'), said('unit')].filter(part => part !== '').join(' ');
    return [column(said('as') || said('name'), about)];
  });
  const steps = nodeAt(document, ['steps']);
  const before = path[0] === 'steps' ? Number(path[1]) : Infinity;
  const made = (isSeq(steps) ? steps.items : []).slice(0, before).flatMap((step, n) => {
    const form = isMap(step) ? schema.mappingsAt(document, ['steps', n])[0] : undefined;
    const names = Object.entries(propertiesOf(form ?? {})).filter(([, part]) => isNewColumn(part));
    return names.map(([name]) => column(isMap(step) ? textOf(step.get(name, true)) : '', ''));
  });
  const there = typeof path.at(-1) === 'number' ? new Set(entriesAt(document, path.slice(0, -1))) : new Set<string>();
  return [...declared, ...made].filter(one => one.label !== '' && (one.label === spot.prefix || !there.has(one.label)));
}

function isNewColumn(part: unknown): boolean {
  return isJson(part) && part['x-role'] === 'new-column';
}

/** The parameters of the spec, where a value may be one. */
function references({ document, prefix }: Spot): Choice[] {
  const parameters = nodeAt(document, ['parameters']);
  return isMap(parameters) && prefix.startsWith('$')
    ? parameters.items.map(one => value(`\${${textOf(one.key)}}`, ''))
    : [];
}

/** A value as it is written: in quotes where it must be, or within those that are open. */
function written(text: string, { quote, isClosed, inFlow }: Pick<Spot, 'quote' | 'isClosed' | 'inFlow'>): string {
  if (quote !== '') {
    const inside = quote === '"' ? JSON.stringify(text).slice(1, -1) : text.replaceAll("'", "''");
    return isClosed ? inside : inside + quote;
  }
  const document = read(inFlow ? `[${text}]` : `- ${text}`);
  const isPlain = isSeq(document.contents) && document.contents.items.length === 1 && document.errors.length === 0;
  return isPlain && textOf(nodeAt(document, [0])) === text ? text : JSON.stringify(text);
}

/** What is said of the key or the technique under an offset; null where nothing is. */
export function helpAt(text: string, offset: number, known: Known): (Range & { title: string; help: string }) | null {
  const named = namedAt(text, offset);
  if (named === null) {
    return null;
  }
  const document = read(text);
  const forms = known.schema.at(document, named.path);
  if (named.role === 'value') {
    const said = textOf(nodeAt(document, named.path));
    const isName = forms.some(form => form['const'] === said);
    const { techniques, measures } = known.catalogue;
    const told = isName ? [...techniques, ...measures].find(one => one.id === said) : undefined;
    return told === undefined ? null : { ...named.range, title: told.label, help: told.about };
  }
  const title = first(forms, 'title');
  const help = first(forms, 'description');
  const isNews = help !== '' || ![text.slice(named.range.from, named.range.to), ''].includes(title);
  return isNews ? { ...named.range, title, help } : null;
}

function first(forms: readonly Json[], name: 'title' | 'description'): string {
  return forms.map(form => wordsOf(form, name)).find(said => said !== '') ?? '';
}

export type { Choice, Path };
