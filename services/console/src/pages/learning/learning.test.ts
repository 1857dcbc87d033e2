import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Figures } from '../../queries/strategies.ts';
import { usualBout } from './bout.ts';
import { blockCurves, taskCurves, usuallyDrawn, withOr } from './curves.ts';
import { learningSearch } from './search.ts';

const figures = (strategy: string, given: Partial<Figures> = {}): Figures => ({
  strategy,
  measuredAt: 0,
  seeds: 5,
  accuracy: 0.5,
  accuracySpread: 0,
  forgetting: 0,
  backwardTransfer: 0,
  forwardTransfer: 0,
  prequential: null,
  recoveryRows: null,
  memoryBytes: 0,
  seconds: 0,
  peer: '',
  peerAccuracy: null,
  curve: [],
  blocks: [],
  blockRows: 0,
  ...given,
});

test('the best three are drawn, and the baseline beside them, once', () => {
  const of = (...names: string[]) => usuallyDrawn(names.map((strategy) => ({ strategy })));
  assert.deepEqual(of('a', 'b', 'c', 'd', 'naive'), ['a', 'b', 'c', 'naive']);
  assert.deepEqual(of('a', 'naive', 'c', 'd'), ['a', 'naive', 'c']);
  assert.deepEqual(of('a', 'b', 'c', 'd'), ['a', 'b', 'c']);
  assert.deepEqual(of(), []);
});

test('a press draws one more or one less, and never more than can be told apart', () => {
  assert.deepEqual(withOr(['a', 'b'], 'a'), ['b']);
  assert.deepEqual(withOr(['a', 'b'], 'c'), ['a', 'b', 'c']);
  assert.deepEqual(withOr(['a', 'b', 'c', 'd', 'e'], 'f'), ['b', 'c', 'd', 'e', 'f']);
});

test('curves lie over tasks and over rows, each in a colour of its own, gaps where one is shorter', () => {
  const results = [
    figures('a', { curve: [0.9, 0.8], blocks: [0.5, 0.6, 0.7], blockRows: 250 }),
    figures('b', { curve: [0.7], blocks: [0.4], blockRows: 250 }),
    figures('old'),
  ];
  const tasks = taskCurves({ results }, ['a', 'b', 'old']) ?? assert.fail();
  assert.deepEqual(tasks.places, [1, 2]);
  assert.deepEqual(
    tasks.lines.map(({ label, values }) => [label, values]),
    [
      ['a', [0.9, 0.8]],
      ['b', [0.7, null]],
    ],
  );
  assert.equal(new Set(tasks.lines.map(({ colour }) => colour)).size, 2);
  assert.deepEqual(blockCurves({ results }, ['a'])?.places, [250, 500, 750]);
  assert.equal(blockCurves({ results: [figures('a', { curve: [1] })] }, ['a']), undefined);
  assert.equal(taskCurves({ results }, []), undefined);
});

test('a bout is between the choice of the trainer and what it is among, of an open slice', () => {
  const strategies = [
    { name: 'auto', among: ['naive', 'replay'] },
    { name: 'naive', among: null },
    { name: 'gem', among: null },
  ];
  assert.deepEqual(usualBout(strategies), ['auto', 'naive', 'replay']);
});

test('an address takes what it knows', () => {
  assert.deepEqual(learningSearch({ scenario: 'A', drawn: ['gem'], model: 'elec', other: 1 }), {
    scenario: 'A',
    drawn: ['gem'],
    model: 'elec',
  });
  assert.deepEqual(learningSearch({ scenario: 1, drawn: ['gem', 2], model: null }), {});
});
