import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { ProblemTold, StandardTold, ViewTold } from '../types.js';
import { allProblems, asSpec, isSettled, openPoints, withAnswer } from './reading.js';

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

test('the revision is that of the file as it was read, whatever is there later', () => {
  const read = withAnswer(null, 'r1', false);
  assert.deepEqual(read, { revision: 'r1', stale: false });
  const elsewhere = withAnswer(read, 'r2', false);
  assert.deepEqual(elsewhere, { revision: 'r1', stale: true });
  assert.deepEqual(withAnswer(elsewhere, 'r2', true), { revision: 'r2', stale: false });
});
