import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PerformanceRow } from '../../queries/history.ts';
import { compareVersions } from './compare.ts';
import { namedMetrics } from './metric-names.ts';
import { versionsSearch } from './search.ts';

const row = (version: number, n: number, labelled: number, accuracy: number | null): PerformanceRow => ({
  windowStart: n,
  windowEnd: n + 1,
  version,
  role: 'live',
  answers: labelled,
  labelled,
  labelCoverage: 1,
  estimatedAccuracy: null,
  provisionalAccuracy: accuracy,
  realisedAccuracy: null,
  meanAbsoluteError: null,
  rootMeanSquaredError: null,
});

test('two versions are compared over the windows that both have, by their labelled rows', () => {
  const rows = [
    row(1, 0, 100, 1),
    row(1, 1, 100, 0.5),
    row(1, 2, 300, 0.7),
    row(2, 1, 50, 0.8),
    row(2, 2, 50, 0.6),
  ];
  const comparison = compareVersions(rows, 1, 2);
  assert.equal(comparison?.windows, 2);
  assert.equal(comparison?.left.rows, 400);
  assert.ok(Math.abs((comparison?.left.value ?? 0) - 0.65) < 1e-12);
  assert.ok(Math.abs((comparison?.right.value ?? 0) - 0.7) < 1e-12);
  // 1.96 times the standard error of a share of 0.7 over 100 rows.
  assert.ok(Math.abs((comparison?.right.margin ?? 0) - 1.96 * Math.sqrt(0.21 / 100)) < 1e-12);
});

test('without a window in common, or labels in it, nothing is compared', () => {
  assert.equal(compareVersions([row(1, 0, 10, 1), row(2, 1, 10, 1)], 1, 2), undefined);
  assert.equal(compareVersions([row(1, 0, 10, 1), row(2, 0, 0, null)], 1, 2), undefined);
});

test('errors are compared as squares, without an interval', () => {
  const error = (version: number, value: number) => ({
    ...row(version, 0, 10, null),
    rootMeanSquaredError: value,
  });
  const comparison = compareVersions([error(1, 2), error(2, 3)], 1, 2);
  assert.deepEqual(comparison?.left, { rows: 10, value: 4, margin: null });
  assert.equal(comparison?.right.value, 9);
});

test('what decides about a version comes first, in words; the rest by its name', () => {
  const named = namedMetrics(['zeta', 'forgetting', 'alpha', 'accuracy', 'alpha']);
  assert.deepEqual(
    named.map(({ name, isMain }) => [name, isMain]),
    [
      ['accuracy', true],
      ['forgetting', true],
      ['alpha', false],
      ['zeta', false],
    ],
  );
});

test('the address of a comparison takes versions and nothing else', () => {
  assert.deepEqual(versionsSearch({ left: '2', right: '1.5' }), { left: 2 });
  assert.deepEqual(versionsSearch({ left: 0, right: 3 }), { right: 3 });
});
