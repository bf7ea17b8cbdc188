import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isUndoKey } from './readingKeys.js';

const NONE = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };

test('Ctrl or Command with Z takes back, with Shift makes it again', () => {
  assert.equal(isUndoKey({ ...NONE, key: 'z', ctrlKey: true }), 'undo');
  assert.equal(isUndoKey({ ...NONE, key: 'z', metaKey: true }), 'undo');
  assert.equal(isUndoKey({ ...NONE, key: 'Z', ctrlKey: true, shiftKey: true }), 'redo');
  assert.equal(isUndoKey({ ...NONE, key: 'y', ctrlKey: true }), 'redo');
});

test('any other keys are left alone', () => {
  assert.equal(isUndoKey({ ...NONE, key: 'z' }), null);
  assert.equal(isUndoKey({ ...NONE, key: 'z', ctrlKey: true, altKey: true }), null);
  assert.equal(isUndoKey({ ...NONE, key: 'x', ctrlKey: true }), null);
});
