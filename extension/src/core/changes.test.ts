import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { ChangeTold } from '../types.js';
import { inParts } from './changes.js';

function change(where: string): ChangeTold {
  return { what: '', where, message: where, loosens: null };
}

test('changes stand by their part, in the order in which a spec is read', () => {
  const changes = ['steps[1].at_least', 'title', 'checks[0]', 'steps[0]', 'unit.person', 'input.columns[2]'].map(change);
  assert.deepEqual(
    inParts(changes).map(one => [one.part, one.changes.map(({ where }) => where)]),
    [
      ['whole', ['title', 'unit.person']],
      ['input', ['input.columns[2]']],
      ['steps', ['steps[1].at_least', 'steps[0]']],
      ['checks', ['checks[0]']]
    ]
  );
});

test('nothing is lost, whatever the place, and no change is no part', () => {
  assert.deepEqual(inParts([]), []);
  const odd = ['', 'whole', 'stepsX', '[3]', 'steps'].map(change);
  assert.equal(
    inParts(odd).reduce((n, one) => n + one.changes.length, 0),
    odd.length
  );
});
