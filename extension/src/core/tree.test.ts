import assert from 'node:assert/strict';
import { test } from 'node:test';

import { languageOf } from './language.js';
import { found } from './tree.js';

const TREE = [
  { id: 'standards', title: '五つの基準', children: [{ id: '3-2-1-1', title: '3-2-1-1 氏名の表', notebook: 'x' }] },
  { id: 'table1', title: '表1', children: [{ id: 'bin', title: '区分', technique: 'bin' }] }
];

test('what is looked for is found with the way to it', () => {
  assert.deepEqual(found(TREE, ' 3-2-1-1 '), [TREE[0]]);
  assert.deepEqual(
    found(TREE, 'BIN').map(branch => branch.children?.map(one => one.id)),
    [['bin']]
  );
  assert.deepEqual(found(TREE, 'どこにもない'), []);
  assert.deepEqual(found(TREE, ''), TREE);
});

test('the language is the one that is set, else that of Lab', () => {
  assert.equal(languageOf('auto', 'ja_JP'), 'ja');
  assert.equal(languageOf('auto', 'ja-JP'), 'ja');
  assert.equal(languageOf('auto', 'en'), 'en');
  assert.equal(languageOf('auto', 'fr_FR'), 'en');
  assert.equal(languageOf('ja', 'en'), 'ja');
  assert.equal(languageOf('en', 'ja_JP'), 'en');
});
