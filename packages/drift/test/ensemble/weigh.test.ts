import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testTableOf } from '../../src/ensemble/test-table.ts';
import { weighWindow } from '../../src/ensemble/weigh.ts';
import { WINDOW_TESTS } from '../../src/index.ts';
import type { EvidenceItem } from '../../src/signals/evidence-item.ts';

/** Weights other than 1. */
const WEIGHTS: Readonly<Record<string, number>> = { cbpe: 2, accuracy: 4, labels: 0, lag: 0 };

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
  for (const { name } of WINDOW_TESTS) {
    assert.ok(Math.abs(weightOf(name) - (WEIGHTS[name] ?? 1)) < 1e-12, name);
  }
});
