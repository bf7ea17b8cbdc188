/** A technique's JSON Schema as the form component of Lab wants it, and what is entered as a step. */

type Json = Record<string, unknown>;

const HIDDEN: readonly string[] = ['technique', 'measure', 'disabled'];
const LAST: readonly string[] = ['standards', 'because', 'by'];

function isJson(node: unknown): node is Json {
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
    return field;
  }
  const left: unknown[] = options.filter(one => !isNull(one));
  const about = Object.fromEntries(Object.entries(field).filter(([key]) => key !== 'anyOf' && key !== 'default'));
  const only: unknown = left.length === 1 ? left[0] : null;
  return isJson(only) ? { ...only, ...about } : { ...about, anyOf: left };
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

/** The schema of the form: without what is not chosen in it, the parameters first and the reason last. */
export function formSchema(schema: Json, columns: readonly string[]): Json {
  const properties = isJson(schema['properties']) ? schema['properties'] : {};
  const names = Object.keys(properties).filter(name => !HIDDEN.includes(name));
  const ordered = [...names.filter(name => !LAST.includes(name)), ...LAST.filter(name => names.includes(name))];
  const fields = ordered.map((name): [string, unknown] => {
    const field = properties[name];
    if (name === 'standards' && isJson(field)) {
      return [name, { ...field, items: { type: 'integer', enum: [1, 2, 3, 4, 5] }, uniqueItems: true }];
    }
    return [name, isJson(field) ? withChoices(withoutNull(field), columns) : field];
  });
  const required: unknown = schema['required'];
  return {
    type: 'object',
    properties: Object.fromEntries(fields),
    required: Array.isArray(required) ? required.filter(name => !HIDDEN.includes(String(name))) : [],
    $defs: schema['$defs'] ?? {}
  };
}

/** The columns to choose from: those declared, and those that stand in the step although they are not. */
export function choices(declared: readonly string[], data: Json): string[] {
  const named: unknown = data['columns'];
  const inStep = Array.isArray(named) ? named.filter((one): one is string => typeof one === 'string') : [];
  return [...new Set([...declared, ...inStep])];
}

/** What was entered, as it stands in a file: nothing that is empty, and the technique first. */
export function asStep(technique: string, entered: Json, before: Json = {}): Json {
  const kept = Object.entries(entered).filter(([, value]) => !isEmpty(value));
  const disabled = before['disabled'] === true ? { disabled: true } : {};
  return { technique, ...Object.fromEntries(kept), ...disabled };
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

/** Only the fields that a form shows. */
export function shown(data: Json): Json {
  return Object.fromEntries(Object.entries(data).filter(([name]) => !HIDDEN.includes(name)));
}
