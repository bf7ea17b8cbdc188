import assert from 'node:assert/strict';
import { test } from 'node:test';

import { asEntry, changesIn, choices, filledIn, formSchema, lookOf, shown, titleAt } from './form.js';

const SCHEMA = {
  properties: {
    technique: { const: 'bin' },
    columns: { type: 'array', items: { type: 'string' }, 'x-role': 'columns', title: 'columns' },
    standards: { type: 'array', items: { type: 'integer' } },
    because: { type: 'string' },
    by: { anyOf: [{ type: 'string', pattern: 'x' }, { type: 'null' }], default: null, title: 'by' },
    disabled: { type: 'boolean' },
    share: { anyOf: [{ type: 'number' }, { type: 'string' }, { type: 'null' }], default: null },
    round: { type: 'string', enum: ['up', 'down'], default: 'up' }
  },
  required: ['technique', 'columns', 'because']
};

function fields(schema: Record<string, unknown>): Record<string, Record<string, unknown> | undefined> {
  return schema['properties'] as Record<string, Record<string, unknown> | undefined>;
}

test('a form shows the parameters first and the reason last, and neither technique nor switch', () => {
  const { properties, required } = formSchema(SCHEMA, ['年齢']);
  assert.deepEqual(Object.keys(properties as object), ['columns', 'share', 'round', 'standards', 'because', 'by']);
  assert.deepEqual(required, ['columns', 'because']);
});

test('what may be left out is no choice of null', () => {
  const properties = fields(formSchema(SCHEMA, []));
  assert.deepEqual(properties['by'], { type: 'string', pattern: 'x', title: 'by' });
  assert.deepEqual(properties['share'], { type: 'string' });
});

test('the only choice there is may still be left out', () => {
  const schema = { properties: { compression: { anyOf: [{ const: 'gzip', type: 'string' }, { type: 'null' }] } } };
  assert.deepEqual(fields(formSchema(schema, []))['compression'], { type: 'string', enum: ['gzip'] });
});

test('what may be left out within a list of entries is no choice of null either', () => {
  const duty = { anyOf: [{ type: 'string' }, { type: 'null' }], title: 'duty' };
  const entries = { type: 'array', items: { type: 'object', properties: { duty } } };
  const made = fields(formSchema({ properties: { entries } }, ['年齢']))['entries'];
  assert.deepEqual(made?.['items'], { type: 'object', properties: { duty: { type: 'string', title: 'duty' } } });
});

test('what may be left out within a schema referred to is none either, but an endless one still ends', () => {
  const parts = {
    not: { anyOf: [{ $ref: '#/$defs/Condition' }, { type: 'null' }] },
    column: { anyOf: [{ type: 'string' }, { type: 'null' }] }
  };
  const schema = { properties: {}, $defs: { Condition: { type: 'object', properties: parts } } };
  assert.deepEqual(formSchema(schema, [])['$defs'], {
    Condition: { type: 'object', properties: { not: parts.not, column: { type: 'string' } } }
  });
});

test('columns are ticked among those declared and those that stand in the step', () => {
  const data = { columns: ['年齢', '消えた列'] };
  const all = ['年齢', '性別', '消えた列'];
  assert.deepEqual(choices(['年齢', '性別'], data.columns), all);
  const properties = fields(formSchema(SCHEMA, ['年齢', '性別'], data));
  assert.deepEqual(properties['columns']?.['items'], { type: 'string', enum: all });
});

test('one column is chosen among the same, and the one that stands there is never lost', () => {
  const unit = { properties: { person: { type: 'string', 'x-role': 'column' } } };
  assert.deepEqual(fields(formSchema(unit, ['甲'], { person: '乙' }))['person']?.['enum'], ['甲', '乙']);
});

test('a problem is told by the title of its field', () => {
  const schema = { properties: { because: { title: '理由' }, at_least: {} } };
  assert.equal(titleAt(schema, 'steps[3].because'), '理由');
  assert.equal(titleAt(schema, 'checks[0].at_least[1]'), 'at_least');
  assert.equal(titleAt(schema, 'steps[3]'), '');
});

test('lists of choices are ticked, a reason is an area of text', () => {
  const look = lookOf(formSchema(SCHEMA, ['年齢']));
  assert.deepEqual(Object.keys(look), ['columns', 'standards', 'because']);
  assert.deepEqual(look['columns'], { 'ui:widget': 'ticks' });
});

test('what is empty is not written, false and nought are', () => {
  const entered = { columns: ['年齢'], share: 0, by: '', labels: [], because: undefined, flag: false, per: {} };
  assert.deepEqual(filledIn(SCHEMA, entered), { columns: ['年齢'], share: 0, flag: false });
});

test('a default that nobody wrote is not written, one that stands there stays', () => {
  assert.deepEqual(filledIn(SCHEMA, { round: 'up' }), {});
  assert.deepEqual(filledIn(SCHEMA, { round: 'up' }, { round: 'down' }), { round: 'up' });
  assert.deepEqual(filledIn(SCHEMA, { round: 'down' }), { round: 'down' });
});

test('a default within an object or a list is not written either', () => {
  const column = { properties: { name: { type: 'string' }, nth: { type: 'integer', default: 1 } } };
  const input = { properties: { format: { default: 'csv' }, columns: { type: 'array', items: { $ref: '#/$defs/Column' } } } };
  const schema = { properties: { input: { $ref: '#/$defs/Input' } }, $defs: { Input: input, Column: column } };
  const entered = { input: { format: 'csv', columns: [{ name: '甲', nth: 1 }, { name: '乙', nth: 2 }] } };
  assert.deepEqual(filledIn(schema, entered), { input: { columns: [{ name: '甲' }, { name: '乙', nth: 2 }] } });
  assert.deepEqual(filledIn(schema, entered, { input: { format: 'csv' } })['input'], {
    format: 'csv',
    columns: [{ name: '甲' }, { name: '乙', nth: 2 }]
  });
});

test('a disabled step stays disabled when it is edited', () => {
  const before = { technique: 'bin', disabled: true, columns: ['年齢'] };
  assert.deepEqual(asEntry('technique', 'bin', shown(before), before), before);
  assert.deepEqual(asEntry('measure', 'k', { at_least: 5 }), { measure: 'k', at_least: 5 });
});

test('an edit names what changed, and null for what was emptied', () => {
  const before = { type: 'integer', unit: '歳', kind: 'other' };
  assert.deepEqual(changesIn({ type: 'integer', kind: 'sensitive' }, before), { kind: 'sensitive', unit: null });
  assert.deepEqual(changesIn(before, before), {});
});
