import assert from 'node:assert/strict';
import { test } from 'node:test';

import { replacement } from './replacing.js';

function applied(before: string, after: string): string {
  const found = replacement(before, after);
  return found === null ? before : before.slice(0, found.start) + found.value + before.slice(found.end);
}

test('only what differs is replaced', () => {
  assert.deepEqual(replacement('a: 1\nb: 2\n', 'a: 1\nb: 30\n'), { start: 8, end: 9, value: '30' });
  assert.equal(replacement('same', 'same'), null);
});

test('the text becomes the other one, whatever both are', () => {
  const texts = ['', 'a', 'aa', 'aaa', 'aba', '年齢', '年齢性別', '𠮟る', '𠮷る', '𠮟𠮟', 'a\r\nb', 'ab'];
  for (const before of texts) {
    for (const after of texts) {
      assert.equal(applied(before, after), after, `${before} -> ${after}`);
    }
  }
});

test('no sign is cut in two', () => {
  const found = replacement('𠮟る', '𠮷る');
  assert.deepEqual(found, { start: 0, end: 2, value: '𠮷' });
});
