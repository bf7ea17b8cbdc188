/** A JSON Schema as the form component of Lab wants it, and what is entered as it stands in a file. */

export type Json = Record<string, unknown>;

const HIDDEN: readonly string[] = ['technique', 'measure', 'disabled'];
const LAST: readonly string[] = ['standards', 'because', 'by'];
const STANDARDS = [1, 2, 3, 4, 5];

export function isJson(node: unknown): node is Json {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}

/** Whether a schema allows nothing but null. */
function isNull(node: unknown): boolean {
  return isJson(node) && node['type'] === 'null';
}

/** The field without "or null": what is left empty is left out. A choice of one is no choice. */
function withoutNull(field: Json): Json {
  const options: unknown = field['anyOf'];
  if (!Array.isArray(options) || !options.some(isNull)) {
    return asText(field);
  }
  const left: unknown[] = options.filter(one => !isNull(one));
  const about = Object.fromEntries(Object.entries(field).filter(([key]) => key !== 'anyOf' && key !== 'default'));
  const only: unknown = left.length === 1 ? left[0] : null;
  return isJson(only) ? asChoice({ ...only, ...about }) : asText({ ...about, anyOf: left });
}

/** One value that may be chosen or left out: as a list of one, so that nothing is chosen before the person does. */
function asChoice(field: Json): Json {
  const { const: only, ...about } = field;
  return only === undefined ? field : { ...about, enum: [only] };
}

/** A number that may be written as a text, too, is one field: the writer reads both alike. */
function asText(field: Json): Json {
  const options: unknown = field['anyOf'];
  const kinds: unknown[] = Array.isArray(options) ? options.map((one: unknown) => (isJson(one) ? one['type'] : null)) : [];
  const isOne = kinds.includes('string') && kinds.every(one => one === 'string' || one === 'number' || one === 'integer');
  if (!isOne) {
    return field;
  }
  return { ...Object.fromEntries(Object.entries(field).filter(([key]) => key !== 'anyOf')), type: 'string' };
}

/** A list of columns becomes boxes to tick, of the columns that there are and of those that stand there. */
function withChoices(field: Json, columns: readonly string[]): Json {
  const role = field['x-role'];
  if (role === 'columns' && columns.length > 0) {
    return { ...field, items: { type: 'string', enum: [...columns] }, uniqueItems: true };
  }
  if (role === 'column' && columns.length > 0) {
    return { ...field, enum: [...columns] };
  }
  return field;
}

/** The texts that stand in a field now. */
function textsIn(value: unknown): string[] {
  const all: unknown[] = Array.isArray(value) ? value : [value];
  return all.filter((one): one is string => typeof one === 'string' && one !== '');
}

/** The columns to choose from: those declared, and those that stand in the field although they are not. */
export function choices(declared: readonly string[], value: unknown): string[] {
  return [...new Set([...declared, ...textsIn(value)])];
}

function fieldOf(name: string, field: Json, columns: readonly string[], value: unknown): Json {
  if (name === 'standards') {
    return { ...field, items: { type: 'integer', enum: STANDARDS }, uniqueItems: true };
  }
  return withChoices(withoutNull(simple(field)), choices(columns, value));
}

/** A schema whose inner fields have no "or null", either. What refers to another schema keeps it: it may be endless. */
function simple(node: Json): Json {
  return Object.fromEntries(
    Object.entries(node).map(([key, part]): [string, unknown] => {
      if (key === 'properties' && isJson(part)) {
        return [key, mapped(part, inner => (refers(inner) ? inner : withoutNull(simple(inner))))];
      }
      return [key, key === 'items' && isJson(part) ? simple(part) : part];
    })
  );
}

function mapped(fields: Json, change: (field: Json) => Json): Json {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, isJson(field) ? change(field) : field]));
}

function refers(field: Json): boolean {
  return JSON.stringify(field['anyOf'] ?? null).includes('"$ref"');
}

/** The schema of the form: without what is not chosen in it, the parameters first and the reason last. */
export function formSchema(schema: Json, columns: readonly string[], data: Json = {}): Json {
  const properties = isJson(schema['properties']) ? schema['properties'] : {};
  const names = Object.keys(properties).filter(name => !HIDDEN.includes(name));
  const ordered = [...names.filter(name => !LAST.includes(name)), ...LAST.filter(name => names.includes(name))];
  const fields = ordered.map((name): [string, unknown] => {
    const field = properties[name];
    return [name, isJson(field) ? fieldOf(name, field, columns, data[name]) : field];
  });
  const required: unknown = schema['required'];
  return {
    type: 'object',
    properties: Object.fromEntries(fields),
    required: Array.isArray(required) ? required.filter(name => !HIDDEN.includes(String(name))) : [],
    $defs: isJson(schema['$defs']) ? mapped(schema['$defs'], simple) : {}
  };
}

/** The title of the field that a problem is about: of `because` for steps[3].because; '' for one of the whole. */
export function titleAt(schema: Json, where: string): string {
  const properties = isJson(schema['properties']) ? schema['properties'] : {};
  const name = where.split('.').slice(1).join('.').split(/[.[]/)[0] ?? '';
  const field = properties[name];
  return isJson(field) && typeof field['title'] === 'string' ? field['title'] : name;
}

/** How fields are drawn: a list of choices as boxes to tick, a reason as an area of text. */
export function lookOf(schema: Json): Json {
  const properties = isJson(schema['properties']) ? schema['properties'] : {};
  const looks = Object.entries(properties).map(([name, field]): [string, Json] => {
    if (name === 'because') {
      return [name, { 'ui:widget': 'textarea', 'ui:options': { rows: 2 } }];
    }
    const items: unknown = isJson(field) ? field['items'] : null;
    return [name, isJson(items) && ('enum' in items || 'oneOf' in items) ? { 'ui:widget': 'ticks' } : {}];
  });
  return Object.fromEntries(looks.filter(([, look]) => Object.keys(look).length > 0));
}

/** What was entered, as it is to be written: nothing empty, and no default that did not stand there before. */
export function filledIn(schema: Json, entered: Json, before: Json = {}): Json {
  return filledBy(schema, isJson(schema['$defs']) ? schema['$defs'] : {}, entered, before);
}

function filledBy(schema: Json, defs: Json, entered: Json, before: Json): Json {
  const properties = isJson(schema['properties']) ? schema['properties'] : {};
  const kept = Object.entries(entered).flatMap(([name, value]): [string, unknown][] => {
    const field = properties[name];
    const isDefault = isJson(field) && 'default' in field && isSame(field['default'], value);
    const filled = isJson(field) ? within(field, defs, value, before[name]) : value;
    return isEmpty(filled) || (isDefault && !(name in before)) ? [] : [[name, filled]];
  });
  return Object.fromEntries(kept);
}

/** The same for an object within a field, or for each of a list of them. */
function within(field: Json, defs: Json, value: unknown, before: unknown): unknown {
  const name = typeof field['$ref'] === 'string' ? field['$ref'].replace('#/$defs/', '') : '';
  const found = isJson(defs[name]) ? defs[name] : field;
  const items: unknown = found['items'];
  if (isJson(value) && isJson(found['properties'])) {
    return filledBy(found, defs, value, isJson(before) ? before : {});
  }
  if (Array.isArray(value) && isJson(items)) {
    const all: unknown[] = value;
    const old: unknown[] = Array.isArray(before) ? before : [];
    return all.map((one, n) => within(items, defs, one, old[n]));
  }
  return value;
}

/** An entry of a spec, such as a step, as it stands in a file: its kind first; what was disabled stays so. */
export function asEntry(key: 'technique' | 'measure', id: string, filled: Json, before: Json = {}): Json {
  const disabled = before['disabled'] === true ? { disabled: true } : {};
  return { [key]: id, ...filled, ...disabled };
}

/** What changed in a form, null for a field that was emptied. */
export function changesIn(filled: Json, before: Json): Json {
  const changed = Object.entries(filled).filter(([name, value]) => !isSame(before[name], value));
  const gone = Object.keys(before).filter(name => !(name in filled));
  return Object.fromEntries([...changed, ...gone.map((name): [string, null] => [name, null])]);
}

function isEmpty(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) {
    return Object.keys(value).length === 0; // a list or a mapping without an entry
  }
  return value === undefined || value === null || value === '';
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Only the fields that a form shows. */
export function shown(data: Json): Json {
  return Object.fromEntries(Object.entries(data).filter(([name]) => !HIDDEN.includes(name)));
}
