import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { choicesAt, helpAt, SpecSchema } from './completion.js';
import type { Known } from './completion.js';
import { cells, matching } from './completionMatching.js';
import { isJson } from './completionSchema.js';

const FILE = new URL('../../../toolkit/sudare/reports/reference/spec.schema.json', import.meta.url);
const schema: unknown = JSON.parse(readFileSync(FILE, 'utf-8'));
const technique = (id: string, label: string): Known['catalogue']['techniques'][number] => ({
  id,
  label,
  about: `${label}とは`,
  law: '',
  schema: {}
});
const KNOWN: Known = {
  schema: new SpecSchema(isJson(schema) ? schema : {}),
  catalogue: {
    techniques: [technique('bin', '区分化'), technique('delete-column', '項目削除')],
    measures: [],
    standards: [{ id: 4, title: '特異な記述', article: '', explanation: '' }]
  },
  today: '2026-06-02'
};
const INPUT = `sudare: 1
title: 見本
parameters: {上限: 90}
staff:
  山田: {name: 山田, duty: 加工}
input:
  format: csv
  columns:
    - {name: 氏名, type: text}
    - {name: 年齢, type: integer, unit: 歳}
    - {name: "健診: 日", type: date}
    - {name: a, nth: 2, as: 受診日}
`;

/** The labels at the | of a text. */
function labels(marked: string): string[] {
  const offset = marked.indexOf('|');
  const found = choicesAt(marked.replace('|', ''), offset, KNOWN);
  return found?.choices.map(one => one.label) ?? [];
}

/** The text after the choice of that label, with the cursor as | where it then is. */
function chosen(marked: string, label: string): string {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  const found = choicesAt(text, offset, KNOWN);
  const one = found?.choices.find(choice => choice.label === label);
  assert.ok(found && one, `no ${label} at ${marked.slice(-40)}: ${labels(marked).join(' ')}`);
  assert.ok(found.from <= offset && offset <= found.to);
  return `${text.slice(0, found.from)}${one.insert}|${text.slice(found.to)}`;
}

/** How the part after the declarations reads once a label is chosen. */
function step(marked: string, label: string): string {
  return chosen(INPUT + marked, label).slice(INPUT.length);
}

test('the keys of a spec are offered that are not there, those required first', () => {
  assert.deepEqual(labels('sudare: 1\n|').slice(0, 2), ['title', 'input']);
  assert.equal(labels('sudare: 1\n|').includes('sudare'), false);
  assert.deepEqual(labels('|').slice(0, 3), ['sudare', 'title', 'input']);
  assert.equal(chosen('sudare: 1\nti|', 'title'), 'sudare: 1\ntitle: |');
});

test('a key that is half written above another does not swallow it', () => {
  assert.equal(chosen('reg|\ntitle: x\n', 'regime'), 'regime: |\ntitle: x\n');
  assert.equal(labels('reg|\ntitle: x\n').includes('title'), false);
  assert.equal(step('steps:\n  - technique: bin\n    ed|\n    because: x\n', 'edges'), 'steps:\n  - technique: bin\n    edges: |\n    because: x\n');
  assert.equal(labels(`${INPUT}steps:\n  - technique: bin\n    |\n    because: x\n`).includes('because'), false);
});

test('a key that has its colon keeps it', () => {
  assert.equal(chosen('ti|tel: x\n', 'title'), 'title|: x\n');
  assert.equal(chosen('file: {hol|: x}\n', 'holder'), 'file: {holder|: x}\n');
});

test('what stands below a key begins on its own line', () => {
  assert.equal(chosen('sudare: 1\nin|', 'input'), 'sudare: 1\ninput:\n  |');
  assert.equal(chosen('sudare: 1\nste|', 'steps'), 'sudare: 1\nsteps:\n  - |');
  assert.equal(chosen('input:\n  col|', 'columns'), 'input:\n  columns:\n    - |');
  assert.equal(step('steps:\n  - technique: delete-records\n    whe|', 'where'), 'steps:\n  - technique: delete-records\n    where:\n      |');
});

test('techniques are offered with their names, found by them too', () => {
  const found = choicesAt(`${INPUT}steps:\n  - technique: `, INPUT.length + 22, KNOWN)?.choices ?? [];
  assert.equal(found.length, 25);
  const bin = found.find(one => one.label === 'bin');
  assert.deepEqual([bin?.about, bin?.help], ['区分化', '区分化とは']);
  assert.equal(step('steps:\n  - technique: bi|\n    columns: [年齢]\n', 'bin'), 'steps:\n  - technique: bin|\n    columns: [年齢]\n');
  assert.equal(step('steps: [{technique: de|', 'delete-column'), 'steps: [{technique: delete-column|');
  assert.deepEqual(labels(`${INPUT}steps:\n  - technique: 区分|`), ['bin']);
  assert.equal(step('steps:\n  - technique:|', 'bin'), 'steps:\n  - technique: bin|');
});

test('a step begins with its technique, whether its dash is there or not', () => {
  assert.equal(labels(`${INPUT}steps:\n  - |`)[0], 'technique');
  assert.equal(step('steps:\n  - |', 'technique'), 'steps:\n  - technique: |');
  assert.equal(step('steps:\n  -|', 'technique'), 'steps:\n  - technique: |');
  assert.equal(step('steps:\n  |', 'technique'), 'steps:\n  - technique: |');
  assert.equal(step('steps:\n  - technique: bin\n  |', 'technique'), 'steps:\n  - technique: bin\n  - technique: |');
  assert.equal(step('steps:\n  - technique: bin\n  |\nchecks: []\n', 'technique'), 'steps:\n  - technique: bin\n  - technique: |\nchecks: []\n');
  assert.equal(step('steps:\n  - technique: bin\n  te|\n', 'technique'), 'steps:\n  - technique: bin\n  - technique: |\n');
});

test('what a key above is to hold is offered before the keys beside it', () => {
  assert.equal(step('steps:\n|', 'technique'), 'steps:\n  - technique: |');
  assert.ok(labels(`${INPUT}steps:\n|`).includes('checks'));
  assert.equal(chosen('input:\n|\nregime: x\n', 'format'), 'input:\n  format: |\nregime: x\n');
  assert.equal(chosen('input:\ncol|', 'columns'), 'input:\n  columns:\n    - |');
  assert.deepEqual(labels('input:\n  format: csv\n|').includes('encoding'), false);
  assert.equal(step('steps:\n  - technique: bin\n    columns:\n    |', '年齢'), 'steps:\n  - technique: bin\n    columns:\n      - 年齢|');
});

test('a step without a technique is offered only what every step has', () => {
  const keys = labels(`${INPUT}steps:\n  - because: x\n    |`);
  assert.deepEqual(keys.slice(0, 1), ['technique']);
  assert.equal(keys.includes('edges'), false);
  assert.ok(labels(`${INPUT}steps:\n  - technique: bin\n    |`).slice(0, 3).includes('edges'));
});

test('columns are offered by their names in the text, without those that stand there', () => {
  const list = 'steps:\n  - technique: bin\n    columns: ';
  assert.deepEqual(labels(`${INPUT}${list}[|]`), ['氏名', '年齢', '健診: 日', '受診日']);
  assert.deepEqual(labels(`${INPUT}${list}[氏名, |`), ['年齢', '健診: 日', '受診日']);
  assert.equal(step(`${list}[氏名, 年|`, '年齢'), `${list}[氏名, 年齢|`);
  assert.equal(step(`${list}[氏名, 年|\n    because: x\n`, '年齢'), `${list}[氏名, 年齢|\n    because: x\n`);
  assert.equal(step(`${list}|`, '年齢'), `${list}[年齢]|`);
  assert.equal(step(`${list}\n      |`, '年齢'), `${list}\n      - 年齢|`);
  assert.equal(step(`${list}\n      - 氏名\n      - 年|\n`, '年齢'), `${list}\n      - 氏名\n      - 年齢|\n`);
  assert.equal(step('unit: {person: 氏|}', '氏名'), 'unit: {person: 氏名|}');
});

test('the middle of a word is replaced as a whole', () => {
  assert.equal(step('out_of_scope: {columns: [年|令, 氏名]}', '年齢'), 'out_of_scope: {columns: [年齢|, 氏名]}');
});

test('a name that needs quotes is quoted, and one in quotes stays in them', () => {
  const list = 'out_of_scope:\n  columns: ';
  assert.equal(step(`${list}[|]`, '健診: 日'), `${list}["健診: 日"|]`);
  assert.equal(step(`${list}["健|"]`, '健診: 日'), `${list}["健診: 日|"]`);
  assert.equal(step(`${list}["健|`, '健診: 日'), `${list}["健診: 日"|`);
  assert.equal(step(`${list}['|']`, '氏名'), `${list}['氏名|']`);
});

test('columns that earlier steps make are offered to later ones only', () => {
  const made = 'steps:\n  - {technique: pseudonymize, columns: [氏名], as: 仮ID}\n';
  assert.ok(labels(`${INPUT}${made}  - {technique: bin, columns: [|`).includes('仮ID'));
  assert.equal(labels(`${INPUT}steps:\n  - {technique: bin, columns: [|]}\n  - {technique: pseudonymize, as: 仮ID}`).includes('仮ID'), false);
});

test('fixed values are offered, in block and in flow', () => {
  assert.deepEqual(labels('regime: |'), ['gov-2017', 'gov-current', 'private-current']);
  assert.deepEqual(labels('input:\n  columns:\n    - {name: 氏名, type: d|'), ['decimal', 'date', 'datetime']);
  assert.equal(chosen('input:\n  columns:\n    - {name: 氏名, type: te|}\n', 'text'), 'input:\n  columns:\n    - {name: 氏名, type: text|}\n');
  assert.deepEqual(labels('output:\n  shuffle: |\n'), ['true', 'false']);
  assert.deepEqual(labels('input:\n  columns:\n    - {name: 氏名, special_care: t|'), ['true']);
});

test('the standards are offered by number, with their titles', () => {
  const found = choicesAt('steps:\n  - technique: bin\n    standards: [1, ', 44, KNOWN)?.choices ?? [];
  assert.deepEqual(found.map(one => one.label), ['2', '3', '4', '5']);
  assert.equal(found[2]?.about, '特異な記述');
  assert.equal(chosen('steps:\n  - technique: bin\n    standards: |', '4'), 'steps:\n  - technique: bin\n    standards: [4]|');
});

test('who decides signs with the day, and a parameter stands where a value may', () => {
  assert.deepEqual(labels(`${INPUT}steps:\n  - technique: bin\n    by: |`), ['山田 2026-06-02']);
  assert.deepEqual(labels(`${INPUT}unit: {person: $|}`), ['${上限}']);
  assert.equal(step('unit: {person: $|}', '${上限}'), 'unit: {person: "${上限}"|}');
});

test('conditions are offered below conditions', () => {
  const where = 'steps:\n  - technique: delete-records\n    where: {';
  assert.ok(labels(`${INPUT}${where}|`).includes('at_least'));
  assert.deepEqual(labels(`${INPUT}${where}column: 氏|`), ['氏名']);
  assert.ok(labels(`${INPUT}${where}all: [{col|`).includes('column'));
});

test('nothing is offered in a comment, in free text, or beside the point', () => {
  for (const marked of ['# ti|\nsudare: 1\n', 'title: 見本 # |\n', 'title: |\n', 'title: a\n  |\n', 'unknown: {|}\n', 'steps:\n  |- technique: bin\n', 'steps:\n  - technique: bin\n    because: 年|\n']) {
    assert.deepEqual(labels(marked), [], marked);
  }
});

test('every position of a half-broken text gives an answer and no error', () => {
  const text = `${INPUT}steps:\n  - technique: bi\n    columns: [年齢, "健\n    edges: [1, {\n  - {technique: , columns: ]\nchecks:\n - measure:k\n&a *b !c {\n`;
  for (let offset = 0; offset <= text.length; offset++) {
    const found = choicesAt(text, offset, KNOWN);
    assert.ok(found === null || (found.from <= offset && offset <= found.to && found.choices.length > 0));
    helpAt(text, offset, KNOWN);
  }
});

test('a key and a technique are explained where they stand', () => {
  const text = `${INPUT}steps:\n  - technique: bin\n    edges: [1]\n`;
  const bin = helpAt(text, text.indexOf('bin') + 1, KNOWN);
  assert.deepEqual([bin?.title, bin?.help], ['区分化', '区分化とは']);
  const edges = helpAt(text, text.indexOf('edges'), KNOWN);
  assert.equal(text.slice(edges?.from, edges?.to), 'edges');
  assert.match(edges?.help ?? '', /Ascending/);
  assert.equal(helpAt(text, text.indexOf('見本'), KNOWN), null);
});

test('what begins with the letters comes before what holds them', () => {
  const choices = ['second', 'first', 'sea first'].map(label => ({ kind: 'key' as const, label, insert: label, about: '', help: '' }));
  assert.deepEqual(matching('FI', choices).map(one => one.label), ['first', 'sea first']);
});

test('one letter finds only what begins with it, and a Japanese character is wider than a letter', () => {
  const choices = ['bin', 'keep', '項目b'].map(label => ({ kind: 'value' as const, label, insert: label, about: '', help: '' }));
  assert.deepEqual(matching('b', choices).map(one => one.label), ['bin']);
  assert.deepEqual(matching('目', choices).map(one => one.label), ['項目b']);
  assert.equal(cells('年齢 a'), 5.5);
});
