import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eValueOf } from '@driftloop/detectors';
import { testTableOf } from '../../src/ensemble/test-table.ts';
import { weighWindow } from '../../src/ensemble/weigh.ts';
import { WINDOW_TESTS } from '../../src/index.ts';
import type { EvidenceItem } from '../../src/signals/evidence-item.ts';

/** Weights other than 1. */
const WEIGHTS: Readonly<Record<string, number>> = {
  cbpe: 2,
  accuracy: 4,
  labels: 0,
  lag: 0,
  estimates: 0,
  limit: 2,
};

const item = (detector: string): EvidenceItem => ({
  detector,
  feature: '',
  statistic: 1,
  threshold: 1,
  pValue: 0.01,
  severity: 0.5,
  drifted: false,
  changePoint: null,
});

/** Weight of a test, by its share beside a test that no longer exists, which counts 1. */
function weightOf(name: string): number {
  const { items } = weighWindow(testTableOf(WINDOW_TESTS), { items: [item(name), item('of old')] });
  const share = items.find(({ item: { detector } }) => detector === name)?.share ?? 0;
  return share / (1 - share);
}

test('each test weighs what it says; one that no longer exists counts 1', () => {
  for (const { name, fault, tellsKind = false } of WINDOW_TESTS) {
    // What says what a change is weighs nothing.
    const weight = fault !== undefined || tellsKind ? 0 : (WEIGHTS[name] ?? 1);
    assert.ok(Math.abs(weightOf(name) - weight) < 1e-12, name);
  }
});

const told = (detector: string, pValue: number | null, feature = '') => ({
  ...item(detector),
  pValue,
  feature,
});
const weigh = (...items: readonly EvidenceItem[]) =>
  weighWindow(testTableOf(WINDOW_TESTS.filter(({ name }) => name in WEIGHTS)), { items });

test("a window's evidence is the weighted mean of what its tests say, each with its share of it", () => {
  // ks weighs 1 here, cbpe 2 and accuracy 4; a p-value of 1 is half an e.
  const { eValue, items } = weigh(told('ks', 0.01), told('cbpe', 1), told('accuracy', 0.001));
  const [hundredth, thousandth] = [eValueOf(0.01), eValueOf(0.001)];
  const total = hundredth + 2 * 0.5 + 4 * thousandth;
  assert.ok(Math.abs(eValue - total / 7) < 1e-12, `${eValue}`);
  assert.deepEqual(
    items.map(({ item: { detector } }) => detector),
    ['accuracy', 'ks', 'cbpe'],
  );
  const shares = [4 * thousandth, hundredth, 1].map((part) => part / total);
  items.forEach(({ share }, i) => {
    assert.ok(Math.abs(share - shares[i]!) < 1e-12, `${i}: ${share}`);
  });
});

test('a test speaks by its strongest feature, of equals by the first, and not without a p-value', () => {
  const { items } = weigh(
    told('ks', null, 'a'),
    told('ks', 0.5, 'b'),
    told('ks', 0.25, 'c'),
    told('ks', 0.25, 'd'),
    told('ks', null, 'e'),
    told('mean', 1, 'f'),
  );
  assert.deepEqual(
    items.map(({ item: { feature } }) => feature),
    ['c', 'f'],
  );
});

test('a window of tests that say or count nothing is no evidence either way', () => {
  const nothing = { eValue: 1, items: [] };
  assert.deepEqual(
    [weigh(), weigh(told('ks', null)), weigh(told('labels', 0.01))],
    [nothing, nothing, nothing],
  );
  // Nor is such a test told of beside others.
  assert.deepEqual(
    weigh(told('labels', 0.01), told('ks', 1)).items.map(({ item: { detector }, share }) => [
      detector,
      share,
    ]),
    [['ks', 1]],
  );
});
