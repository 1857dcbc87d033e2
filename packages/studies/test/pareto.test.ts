import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paretoFront } from '../src/outcome/pareto.ts';

const objectives = [
  { of: 'delay', wanted: 'low' as const },
  { of: 'score', wanted: 'high' as const },
];

test('the front holds what no other point beats in all objectives', () => {
  const points = [
    { delay: 1, score: 0.5 },
    { delay: 2, score: 0.9 },
    { delay: 2, score: 0.8 },
    { delay: 3, score: 0.9 },
    { delay: 1, score: 0.5 },
    { delay: 0, score: null },
    {},
  ];
  assert.deepEqual(paretoFront(points, objectives), [true, true, false, false, true, false, false]);
});
