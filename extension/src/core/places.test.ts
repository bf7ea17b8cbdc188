import assert from 'node:assert/strict';
import { test } from 'node:test';

import { indentAfter } from './placesIndent.js';
import { nodeReached, rangeAt, read, wordNamed } from './places.js';

const TEXT = `# 見本
sudare: 1
parameters: {a.b: 1}
input:
  columns:
    - {name: 氏名, type: text}
    - {name: 年齢,
       type: integer}
steps:
  - technique: bin
    columns: [年齢]
    edges:
      - 40
      - 50
    because:
checks:
  - {measure: k-anonymity, columns: [年齢]}
`;

function shown(where: string, text = TEXT): string {
  const { from, to } = rangeAt(text, where);
  return text.slice(from, to);
}

test('a place is a range of the text: a value, else its key, else the first line of what stands there', () => {
  assert.equal(shown('input.columns[0].type'), 'text');
  assert.equal(shown('input.columns[1]'), '{name: 年齢,');
  assert.equal(shown('steps[0]'), 'technique: bin');
  assert.equal(shown('steps[0].edges'), 'edges');
  assert.equal(shown('steps[0].edges[1]'), '50');
  assert.equal(shown('steps[0].columns'), '[年齢]');
  assert.equal(shown('steps[0].because'), 'because');
  assert.equal(shown('checks[0]'), '{measure: k-anonymity, columns: [年齢]}');
  assert.equal(shown('steps'), 'steps');
  assert.equal(shown('parameters.a.b'), '1');
});

test('what is not there is shown at what holds it, and the whole by its first line', () => {
  assert.equal(shown('steps[0].technique.x'), 'bin');
  assert.equal(shown('steps[0].above'), 'technique: bin');
  assert.equal(shown('steps[7]'), 'steps');
  assert.equal(shown(''), 'sudare: 1');
  assert.equal(shown('standards.1'), 'sudare: 1');
  assert.equal(nodeReached(read(TEXT), 'steps[0].edges').rest === '', true);
  assert.equal(nodeReached(read(TEXT), 'steps[7]').rest === '', false);
  assert.equal(nodeReached(read(TEXT), 'standards.1').rest === '', false);
});

test('a line is shown without its indent, also beyond the end', () => {
  assert.equal(shown('line 11'), 'columns: [年齢]');
  assert.equal(shown('line 999'), '');
  assert.equal(shown('line 1', ''), '');
  assert.equal(shown('steps[0]', ''), '');
});

test('a broken text still has its places', () => {
  const broken = TEXT.replace('[年齢]\n    edges', '[年齢\n    edges');
  assert.equal(shown('steps[0].edges[0]', broken), '40');
});

test('an unknown key is shown itself, and so is a column that is not there', () => {
  const text = 'file: {becaus: x, holder: y}\n';
  const range = wordNamed(read(text), 'file', '知らないキー「becaus」があります。 「because」ではありませんか。');
  assert.equal(text.slice(range?.from, range?.to), 'becaus');
  assert.equal(wordNamed(read(text), 'file', 'nothing is named'), null);
  const step = wordNamed(read(TEXT), 'steps[0]', '列「年齢」がここにはありません。');
  assert.equal(TEXT.slice(step?.from, step?.to), '年齢');
});

test('a new line stands below the keys of its step, or begins what a key holds', () => {
  const lines: [string, number | null][] = [
    ['steps:', 2],
    ['  - technique: bin', 4],
    ['    columns: [年齢] # と', 4],
    ['    columns:', 6],
    ['      - 40', 6],
    ['    - {name: 氏名, type: text}', 4],
    ['    "a: b": # 見本', 6],
    ['  # 見本:', 2],
    ['    edges: [', null],
    ['', 0]
  ];
  assert.deepEqual(lines.map(([line]) => indentAfter(line)), lines.map(([, column]) => column));
});
