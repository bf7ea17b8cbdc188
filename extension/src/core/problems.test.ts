import assert from 'node:assert/strict';
import { test } from 'node:test';

import { grouped, lineOf, placeOf, problemsOf } from './problems.js';

const PROBLEM = { code: 'bad-edges', where: 'steps[3].edges', message: 'ascending, please' };

test('the problems of an answer are those that the server told', () => {
  assert.deepEqual(problemsOf({ problems: [PROBLEM] }, 'no answer'), [PROBLEM]);
});

test('an answer of another kind gives one problem of our own, never none', () => {
  for (const body of [null, 'a page of a proxy', {}, { problems: [] }, { problems: [3] }, { problems: 'x' }]) {
    assert.deepEqual(problemsOf(body, 'no answer'), [{ code: 'no-answer', where: '', message: 'no answer' }]);
  }
});

test('a problem is told with its place where it has one', () => {
  assert.equal(lineOf(PROBLEM), 'steps[3].edges: ascending, please');
  assert.equal(lineOf({ ...PROBLEM, where: '' }), 'ascending, please');
});

test('a place leads to its step or check', () => {
  assert.deepEqual(placeOf('steps[12].edges[0]'), ['steps', 12]);
  assert.deepEqual(placeOf('checks[0]'), ['checks', 0]);
  assert.equal(placeOf('input.columns[2]'), null);
});

test('problems that say the same stand together, with every place once', () => {
  const open = { code: 'left-out', message: 'nobody is named' };
  const all = [
    { ...open, where: 'steps[0]' },
    PROBLEM,
    { ...open, where: 'steps[4]' },
    { ...open, where: 'steps[0]' },
    { ...open, message: 'other', where: '' }
  ];
  assert.deepEqual(
    grouped(all).map(one => [one.message, one.places]),
    [
      ['nobody is named', ['steps[0]', 'steps[4]']],
      ['ascending, please', ['steps[3].edges']],
      ['other', []]
    ]
  );
});
