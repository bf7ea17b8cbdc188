import assert from 'node:assert/strict';
import { test } from 'node:test';

import { folderOf, isSpec, isTable, proposedInput, proposedOut, serverPath, stemOf } from './files.js';

test('a design begins from tables, however their names are written, and from nothing else', () => {
  for (const path of ['a.csv', '健診 2026.CSV', 'x/y.tsv', 'x.csv.gz', '名簿.xlsx', 'p.parquet', '一覧.TSV', 'A.XLSX', 'x/年 度.csv.gz']) {
    assert.equal(isTable(path), true, path);
  }
  for (const path of ['a.ipynb', 'a.sudare.yaml', 'csv', 'a.csv.key', 'a.gz', 'a.xls']) {
    assert.equal(isTable(path), false, path);
  }
});

test('only *.sudare.yaml is a spec', () => {
  assert.equal(isSpec('設計/健診.sudare.yaml'), true);
  assert.equal(isSpec('a.yaml'), false);
  assert.equal(isSpec('sudare.yaml'), false);
});

test('a run is proposed beside its spec, on the table of the same name', () => {
  assert.equal(stemOf('設計/健診 1.sudare.yaml'), '健診 1');
  assert.equal(proposedOut('設計/健診 1.sudare.yaml'), '設計/健診 1-out');
  assert.equal(proposedOut('a.sudare.yaml'), 'a-out');
  assert.equal(proposedInput('d/b.sudare.yaml', ['d/a.csv', 'd/b.csv']), 'd/b.csv');
  assert.equal(proposedInput('d/c.sudare.yaml', ['d/a.csv', 'd/b.csv']), 'd/a.csv');
  assert.equal(proposedInput('d/c.sudare.yaml', []), '');
});

test('a path is that of the server: no drive before it', () => {
  assert.equal(serverPath('RTC:a/b.csv'), 'a/b.csv');
  assert.equal(serverPath('a/b:c.csv'), 'a/b:c.csv');
  assert.equal(folderOf('a/b/c.csv'), 'a/b');
  assert.equal(folderOf('c.csv'), '');
});
