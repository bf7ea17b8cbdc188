import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isStudio } from './studio.js';

const CELL = 'import sudare\n\nsudare.desk("a.csv", "a.sudare.yaml", lang="ja")';
const notebook = (...sources: unknown[]): string =>
  JSON.stringify({ cells: [{ cell_type: 'markdown', source: '# a' }, ...sources.map(source => ({ cell_type: 'code', source }))] });

test('the studio that was written is run, whether its source is a text or lines', () => {
  assert.equal(isStudio(notebook(CELL), CELL), true);
  assert.equal(isStudio(notebook(['import sudare\n', '\n', 'sudare.desk("a.csv", "a.sudare.yaml", lang="ja")']), CELL), true);
});

test('one that somebody changed, or that is no notebook, is not', () => {
  for (const text of [notebook(`${CELL}\nprint(1)`), notebook(CELL, 'x = 1'), notebook(), '', '[', '{"cells": 3}']) {
    assert.equal(isStudio(text, CELL), false);
  }
});
