import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StudyRun } from '../../queries/studies.ts';
import { axisOf, cellText, namesOf, wantedText } from './axes.ts';
import { studySearch } from './search.ts';

const run = (sample: number, values: StudyRun['values'], metrics: StudyRun['metrics'] = {}): StudyRun => ({
  sample,
  values,
  metrics,
  status: 'done',
  isFront: false,
  reason: '',
});

test('numbers lie between the least and the most, whatever their unit', () => {
  for (const unit of [1e-9, 1, 1e9]) {
    const runs = [1, 2, 5].map((value, sample) => run(sample, {}, { score: value * unit }));
    const axis = axisOf('score', runs);
    assert.deepEqual(
      runs.map((one) => Number(axis.at(one)?.toFixed(6))),
      [0, 0.25, 1],
    );
  }
});

test('names lie in their order, one value alone in the middle, and what is missing nowhere', () => {
  const runs = [run(0, { strategy: 'replay' }), run(1, { strategy: 'naive' }), run(2, {})];
  const axis = axisOf('strategy', runs);
  assert.deepEqual(axis.ends, ['naive', 'replay']);
  assert.deepEqual(
    runs.map((one) => axis.at(one)),
    [1, 0, undefined],
  );
  assert.equal(axisOf('a', [run(0, { a: 3 })]).at(run(0, { a: 3 })), 0.5);
  // Of a flag and a number nothing is a number.
  assert.deepEqual(axisOf('a', [run(0, { a: 3 }), run(1, { a: false })]).ends, ['3', 'false']);
});

test('without anything that is wanted all numbers are shown', () => {
  const rows = [run(0, { a: 1 }, { x: 1, y: 2 })];
  assert.deepEqual(namesOf({ rows, objectives: [] }), { parameters: ['a'], numbers: ['x', 'y'] });
  const objectives = [{ of: 'y', wanted: 'low' }];
  assert.deepEqual(namesOf({ rows, objectives }), { parameters: ['a'], numbers: ['y'] });
  assert.equal(wantedText(objectives), 'y as low as can be');
});

test('cells and addresses take what they know', () => {
  assert.equal(cellText(null), '–');
  assert.equal(cellText(false), 'false');
  assert.deepEqual(studySearch({ of: '3' }), { of: 3 });
  assert.deepEqual(studySearch({ of: -1 }), {});
});
