import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { ProblemTold, StandardTold, ViewTold } from '../types.js';
import {
  allProblems,
  asSpec,
  columnsOf,
  entryOf,
  findingOf,
  isSettled,
  isUnanswered,
  nearest,
  openPoints,
  outOfScope,
  standardOf,
  withAnswer
} from './reading.js';
import type { SpecView } from './reading.js';

const OPEN: ProblemTold = { code: 'left-out', where: 'approvals', message: 'nobody' };
const STANDARD: StandardTold = { standard: 1, title: '', article: '', status: 'decided', columns: [], open: [] };
const VIEW: ViewTold = { text: '', revision: 'r1', problems: [] };

test('a standard is settled only if it is decided and nothing of it is open', () => {
  assert.equal(isSettled(STANDARD), true);
  assert.equal(isSettled({ ...STANDARD, open: [OPEN] }), false);
  assert.equal(isSettled({ ...STANDARD, status: 'open' }), false);
});

test('every open point is told, each once', () => {
  const view = { ...VIEW, standards: [{ ...STANDARD, open: [OPEN] }], open: [OPEN, { ...OPEN, where: 'staff' }] };
  assert.deepEqual(
    openPoints(view).map(one => one.where),
    ['approvals', 'staff']
  );
});

test('a text that is no spec has problems and no steps', () => {
  const broken = { ...VIEW, problems: [OPEN] };
  assert.equal(asSpec(broken), null);
  assert.deepEqual(allProblems(broken), [OPEN]);
  assert.deepEqual(openPoints(broken), []);
});

const COLUMN = {
  place: '',
  type: 'text',
  type_name: '',
  kind: null,
  kind_name: null,
  unit: null,
  special_care: false,
  decided_by: [],
  is_open: false,
  declared: true,
  data: {}
};
const STEP = {
  index: 0,
  technique: 'keep',
  label: '',
  columns: [],
  because: '',
  by: null,
  parameters: [],
  data: {},
  problems: []
};
const SPEC: SpecView = {
  ...VIEW,
  title: '',
  regime: '',
  columns: [
    { ...COLUMN, name: '甲', in_scope: true },
    { ...COLUMN, name: '乙', in_scope: false }
  ],
  steps: [
    { ...STEP, standards: [1], disabled: false },
    { ...STEP, standards: [2], disabled: true }
  ],
  dismissed: [
    { index: 0, finding: 'none', label: '', column: null, standards: [3], because: '', by: null }
  ],
  checks: [],
  standards: [],
  open: [],
  approvals: [],
  parameters: [],
  scope_because: null,
  outputs: ['甲', '丙'],
  parts: [],
  files: []
};

test('that nothing falls under a standard may be said only where nobody answered it', () => {
  assert.deepEqual(
    [1, 2, 3, 4].map(one => isUnanswered(SPEC, one)),
    [false, true, false, true]
  );
  assert.equal(standardOf('standards.4'), 4);
  assert.equal(standardOf('steps[4]'), null);
});

test('a place is told as people count', () => {
  assert.deepEqual(entryOf('steps[3].edges[0]'), { list: 'steps', number: 4 });
  assert.deepEqual(entryOf('input.columns[0]'), { list: 'input.columns', number: 1 });
  assert.equal(entryOf('input.encoding'), null);
});

test('a finding is named by its kind and column, and none by nothing', () => {
  assert.equal(findingOf('none', '甲'), 'none');
  assert.equal(findingOf('rare-category', '判定'), 'rare-category/判定');
  assert.equal(findingOf('rare-category', ''), null);
});

test('steps are about columns in scope, by any name that they have', () => {
  assert.deepEqual(columnsOf(SPEC), ['甲', '丙']);
  assert.deepEqual(outOfScope(SPEC, '甲', true), ['乙', '甲']);
  assert.deepEqual(outOfScope(SPEC, '乙', false), []);
});

test('a place of the text leads to the nearest place that is shown', () => {
  const places = ['input', 'input.columns[1]', 'input.columns[10]', 'steps[1]', 'file'];
  assert.equal(nearest(places, 'input.columns[10].kind'), 'input.columns[10]');
  assert.equal(nearest(places, 'input.encoding'), 'input');
  assert.equal(nearest(places, 'steps[1].edges[0]'), 'steps[1]');
  assert.equal(nearest(places, 'files'), null);
});

test('the revision is that of the file as it was read, whatever is there later', () => {
  const read = withAnswer(null, 'r1', false);
  assert.deepEqual(read, { revision: 'r1', stale: false });
  const elsewhere = withAnswer(read, 'r2', false);
  assert.deepEqual(elsewhere, { revision: 'r1', stale: true });
  assert.deepEqual(withAnswer(elsewhere, 'r2', true), { revision: 'r2', stale: false });
});
