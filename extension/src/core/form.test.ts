import assert from 'node:assert/strict';
import { test } from 'node:test';

import { asStep, choices, formSchema, shown } from './form.js';

const SCHEMA = {
  properties: {
    technique: { const: 'bin' },
    columns: { type: 'array', items: { type: 'string' }, 'x-role': 'columns', title: 'columns' },
    standards: { type: 'array', items: { type: 'integer' } },
    because: { type: 'string' },
    by: { anyOf: [{ type: 'string', pattern: 'x' }, { type: 'null' }], default: null, title: 'by' },
    disabled: { type: 'boolean' },
    share: { anyOf: [{ type: 'number' }, { type: 'string' }, { type: 'null' }], default: null }
  },
  required: ['technique', 'columns', 'because']
};

test('a form shows the parameters first and the reason last, and neither technique nor switch', () => {
  const { properties, required } = formSchema(SCHEMA, ['年齢']);
  assert.deepEqual(Object.keys(properties as object), ['columns', 'share', 'standards', 'because', 'by']);
  assert.deepEqual(required, ['columns', 'because']);
});

test('what may be left out is no choice of null', () => {
  const properties = formSchema(SCHEMA, [])['properties'] as Record<string, unknown>;
  assert.deepEqual(properties['by'], { type: 'string', pattern: 'x', title: 'by' });
  assert.deepEqual(properties['share'], { anyOf: [{ type: 'number' }, { type: 'string' }] });
});

test('columns are ticked among those declared and those that stand in the step', () => {
  const all = choices(['年齢', '性別'], { columns: ['年齢', '消えた列'] });
  assert.deepEqual(all, ['年齢', '性別', '消えた列']);
  const properties = formSchema(SCHEMA, all)['properties'] as Record<string, Record<string, unknown>>;
  assert.deepEqual(properties['columns']?.['items'], { type: 'string', enum: all });
});

test('what is empty is not written, false and nought are', () => {
  const entered = { columns: ['年齢'], share: 0, by: '', labels: [], because: undefined, flag: false };
  assert.deepEqual(asStep('bin', entered), { technique: 'bin', columns: ['年齢'], share: 0, flag: false });
});

test('a disabled step stays disabled when it is edited', () => {
  const before = { technique: 'bin', disabled: true, columns: ['年齢'] };
  assert.deepEqual(asStep('bin', shown(before), before), before);
});
