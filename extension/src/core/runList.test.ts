import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { RunTold } from '../types.js';
import { changedValues, counted, eventOf, isEnded, percent, withEvent } from './runList.js';

const RUN: RunTold = {
  id: 'abc',
  spec: 'a.sudare.yaml',
  input: 'a.csv',
  out: 'out',
  state: 'running',
  stage: '',
  share: 0,
  started: null,
  ended: null,
  problems: [],
  receipt: null,
  report: null
};

test('an event moves the run it names, and no other', () => {
  const other = { ...RUN, id: 'def' };
  const { runs, asks } = withEvent([RUN, other], { id: 'abc', state: 'running', stage: 'step 3', share: 0.4 });
  assert.equal(asks, false);
  assert.deepEqual([runs[0]?.stage, runs[0]?.share], ['step 3', 0.4]);
  assert.deepEqual(runs[1], other);
});

test('the server is asked when a run ends, and when one is unknown', () => {
  assert.equal(withEvent([RUN], { id: 'abc', state: 'done', stage: '', share: 1 }).asks, true);
  assert.equal(withEvent([RUN], { id: 'new', state: 'running', stage: '', share: 0 }).asks, true);
  assert.equal(withEvent([RUN], { id: 'abc', state: 'a state of a later version', stage: '', share: 0 }).asks, true);
});

test('a late event does not wake a run that ended', () => {
  const done: RunTold = { ...RUN, state: 'done', share: 1 };
  const { runs, asks } = withEvent([done], { id: 'abc', state: 'running', stage: 'step 9', share: 0.9 });
  assert.deepEqual(runs, [done]);
  assert.equal(asks, false);
});

test('a share stays between nothing and all', () => {
  assert.equal(withEvent([RUN], { id: 'abc', state: 'running', stage: '', share: 7 }).runs[0]?.share, 1);
  assert.deepEqual([percent(-1), percent(0.456), percent(2)], [0, 46, 100]);
});

test('data that is no event of ours is none', () => {
  for (const data of [null, 3, {}, { id: 'abc' }, { id: 1, state: 'done' }]) {
    assert.equal(eventOf(data), null);
  }
  assert.deepEqual(eventOf({ id: 'abc', state: 'done' }), { id: 'abc', state: 'done', stage: '', share: 0 });
});

test('what works and what waits is counted; all else has ended', () => {
  const runs: RunTold[] = [RUN, { ...RUN, state: 'queued' }, { ...RUN, state: 'interrupted' }];
  assert.deepEqual(counted(runs), { running: 1, queued: 1 });
  assert.deepEqual(['queued', 'running', 'done', 'refused', 'cancelled', 'error', 'interrupted'].map(isEnded), [
    false,
    false,
    true,
    true,
    true,
    true,
    true
  ]);
});

test('only a parameter with another value than in the spec is set, and none that it does not declare', () => {
  const parameters = [
    { name: '年', value: '2026' },
    { name: '区', value: null }
  ];
  assert.deepEqual(changedValues(parameters, {}), {});
  assert.deepEqual(changedValues(parameters, { 年: '2026', 区: '' }), {});
  assert.deepEqual(changedValues(parameters, { 年: '2027', 区: '北', 他: 'x' }), { 年: '2027', 区: '北' });
  assert.deepEqual(changedValues(parameters, { 年: '' }), { 年: '' });
});
