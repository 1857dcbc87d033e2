import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparesVersions, fingerprintTests, testTableOf } from '../../src/ensemble/test-table.ts';
import { WINDOW_TESTS } from '../../src/index.ts';
import { fingerprintOf } from '../../src/selection/fingerprint.ts';

test('one test is the score, one compares with versions in shadow', () => {
  const named = (tests: typeof WINDOW_TESTS) => tests.map(({ name }) => name);
  assert.deepEqual(named(WINDOW_TESTS.filter(({ isScore }) => isScore)), ['accuracy']);
  assert.deepEqual(named(WINDOW_TESTS.filter(({ comparesVersions }) => comparesVersions)), ['shadow']);
});

test('versions in shadow are compared where the spec names no detectors, or that one among them', () => {
  const compares = (...detectors: readonly string[]) =>
    comparesVersions(testTableOf(WINDOW_TESTS), { detectors });
  assert.deepEqual([compares(), compares('ks', 'shadow'), compares('ks')], [true, true, false]);
  assert.equal(comparesVersions(testTableOf([]), { detectors: [] }), false);
});

test('of tests that say what a window looked like the first is the one that says so, wherever it stands', () => {
  const words = () => '';
  const tests = [
    { name: 'second', fingerprint: 2 as const, words },
    { name: 'none', words },
    { name: 'first', fingerprint: 1 as const, words },
  ];
  assert.deepEqual(fingerprintTests(testTableOf(tests)), ['first', 'second']);
  assert.deepEqual(fingerprintTests(testTableOf(tests.toReversed())), ['first', 'second']);
});

test('a fingerprint is the shifts of means, by the name of the feature, or, where they are not tested, the distances of ks', () => {
  const tests = fingerprintTests(testTableOf(WINDOW_TESTS));
  const of = (detector: string, feature: string, statistic: number) => ({ detector, feature, statistic });
  const ks = [of('ks', 'b', 0.25), of('ks', 'a', 0.5)];
  const means = [of('mean', 'b', -2.504), of('mean', 'a', 40)];
  assert.deepEqual(fingerprintOf(tests, [...ks, of('psi', 'a', 3), ...means]), [9, -2.5]);
  assert.deepEqual(fingerprintOf(tests, [...ks, of('psi', 'a', 3)]), [0.5, 0.25]);
  assert.deepEqual(fingerprintOf(tests, [of('psi', 'a', 3)]), []);
});
