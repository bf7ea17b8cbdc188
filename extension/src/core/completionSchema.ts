/** What the JSON Schema of a spec allows at a place. */

import { isMap, isSeq } from 'yaml';
import type { Document } from 'yaml';

import { nodeAt, textOf } from './places.js';
import type { Path } from './places.js';

export type Json = Readonly<Record<string, unknown>>;

const REFERENCE = '#/$defs/Reference'; // ${NAME} in place of a typed value
const ABOUT = ['title', 'description', 'x-role'] as const;

export function isJson(node: unknown): node is Json {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}

export function propertiesOf(schema: Json): Json {
  const properties = schema['properties'];
  return isJson(properties) ? properties : {};
}

export function wordsOf(schema: Json, name: 'title' | 'description' | 'x-role'): string {
  const words = schema[name];
  return typeof words === 'string' ? words : '';
}

/** Whether a schema is one of several that a key such as `technique` tells apart. */
function constants(schema: Json): [string, string][] {
  return Object.entries(propertiesOf(schema)).flatMap(([name, part]): [string, string][] =>
    isJson(part) && typeof part['const'] === 'string' && part['type'] === 'string' ? [[name, part['const']]] : []
  );
}

export class SpecSchema {
  constructor(private readonly root: Json) {}

  /** The forms that the value at a path may have, with its title and description. Null is none of them. */
  at(document: Document.Parsed, path: Path): Json[] {
    let here = this.forms(this.root);
    path.forEach((part, n) => {
      here = this.narrowed(here, nodeAt(document, path.slice(0, n))).flatMap(form => this.below(form, part));
    });
    return here;
  }

  /** The mappings that may stand at a path: where a technique is named already, its own only. */
  mappingsAt(document: Document.Parsed, path: Path): Json[] {
    const mappings = this.at(document, path).filter(form => isJson(form['properties']));
    return this.narrowed(mappings, nodeAt(document, path));
  }

  /** The keys of some mappings, required ones first; of those that a key tells apart only what all of them have. */
  keys(mappings: readonly Json[]): { name: string; form: Json; required: boolean }[] {
    const isTold = mappings.length > 1 && mappings.every(one => constants(one).length > 0);
    const names = [...new Set(mappings.flatMap(one => Object.keys(propertiesOf(one))))];
    const common = isTold ? names.filter(name => mappings.every(one => name in propertiesOf(one))) : names;
    const keys = common.map(name => {
      const forms = mappings.map(one => propertiesOf(one)[name]).filter(isJson);
      const required = mappings.every(one => isRequired(one, name));
      return { name, form: forms[0] ?? {}, required };
    });
    return [...keys.filter(one => one.required), ...keys.filter(one => !one.required)];
  }

  /** A schema as the forms that it allows: references followed, choices taken apart. */
  forms(schema: Json, depth = 0): Json[] {
    if (depth > 8 || schema['$ref'] === REFERENCE) {
      return [];
    }
    const about = Object.fromEntries(ABOUT.flatMap(name => (name in schema ? [[name, schema[name]]] : [])));
    const reference = schema['$ref'];
    if (typeof reference === 'string') {
      const target = this.definition(reference);
      return target === null ? [] : this.forms({ ...target, ...about }, depth + 1);
    }
    const options: unknown = schema['anyOf'] ?? schema['oneOf'];
    if (!Array.isArray(options)) {
      return schema['type'] === 'null' ? [] : [schema];
    }
    const each: unknown[] = options;
    return each.filter(isJson).flatMap(one => this.forms(one, depth + 1).map(form => ({ ...form, ...about })));
  }

  private definition(reference: string): Json | null {
    const definitions = this.root['$defs'];
    const found = isJson(definitions) ? definitions[reference.replace('#/$defs/', '')] : null;
    return isJson(found) ? found : null;
  }

  private narrowed(forms: Json[], node: unknown): Json[] {
    if (!isMap(node)) {
      return forms;
    }
    const said = (name: string): string => textOf(node.get(name, true));
    const fitting = forms.filter(form => constants(form).every(([name, value]) => said(name) === value));
    return fitting.length > 0 ? fitting : forms;
  }

  private below(form: Json, part: string | number): Json[] {
    if (typeof part === 'number') {
      const first: unknown = form['prefixItems'];
      const items: unknown = Array.isArray(first) ? first[part] : form['items'];
      return isJson(items) ? this.forms(items) : [];
    }
    const own = propertiesOf(form)[part] ?? form['additionalProperties'];
    return isJson(own) ? this.forms(own) : [];
  }
}

function isRequired(form: Json, name: string): boolean {
  const required: unknown = form['required'];
  return Array.isArray(required) && required.includes(name);
}

/** The entries of a list of texts at a path. */
export function entriesAt(document: Document.Parsed, path: Path): string[] {
  const node = nodeAt(document, path);
  return isSeq(node) ? node.items.map(textOf) : [];
}
