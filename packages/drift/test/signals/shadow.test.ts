import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelSpec } from '@driftloop/schemas';
import type { RivalAnswer } from '@driftloop/spec';
import { createRandom } from '@driftloop/stats';
import { buildReferenceProfile } from '../../src/index.ts';
import { CONCEPT_SIGNAL } from '../../src/signals/concept/index.ts';
import { SHADOW_TEST } from '../../src/signals/concept/shadow.ts';
import type { ConceptWindow } from '../../src/signals/concept/window.ts';
import type { Outcome } from '../../src/sketch/outcomes.ts';
import { profileOf, rowsOf, specOf } from '../fixtures.ts';

const spec = specOf({});
const classifier = profileOf(spec, 500);
const regression: ModelSpec = { ...spec, task: 'regression', classes: 0 };
const data = rowsOf(regression, 500, createRandom(5));
const regressor = buildReferenceProfile({ spec: regression, data, outputs: data.labels });

function windowOf(content: Outcome[], of: 'classification' | 'regression' = 'classification'): ConceptWindow {
  const [theirs, profile] = of === 'regression' ? [regression, regressor] : [spec, classifier];
  return { spec: theirs, version: 4, profile, start: 0, end: 1000, n: content.length, content, alpha: 0.01 };
}

const outcome = (label: number, predicted: number, ...rivals: RivalAnswer[]): Outcome => ({
  version: 4,
  eventTime: 5,
  labelEventTime: 6,
  predicted,
  label,
  confidence: 0.9,
  requestPartition: 0,
  requestOffset: 7,
  rivals,
});

test('each version in shadow is compared on the requests that both answered, by number', () => {
  const { findings } = SHADOW_TEST.run(
    windowOf([
      outcome(1, 0, { version: 9, predicted: 1 }, { version: 1, predicted: 1 }),
      outcome(1, 0, { version: 1, predicted: 1 }),
      outcome(0, 0, { version: 1, predicted: 1 }, { version: 4, predicted: 0 }),
      outcome(1, 1),
    ]),
    undefined,
  );
  assert.deepEqual(
    findings.map(({ rival, feature, statistic, drifted, severity }) => [
      rival,
      feature,
      statistic,
      drifted,
      severity,
    ]),
    [
      [1, 'version 1', 1 / 3, false, 0],
      [9, 'version 9', 1, false, 0],
    ],
  );
  assert.equal(findings[0]?.detail, 'version 1 answers 67 % of 3 requests right in shadow, version 4 33 %');
});

test('without a version in shadow there is nothing to say', () => {
  assert.deepEqual(SHADOW_TEST.run(windowOf([outcome(1, 1)]), undefined).findings, []);
});

test('the e-value is at most 1 on average where the rival is no better, whatever the share of disagreements', () => {
  for (const [won, lost] of [
    [0.1, 0.1],
    [0.3, 0.3],
    [0.05, 0.2],
  ] as const) {
    // Every count of won and lost rows by its probability: the mean is exact.
    const rows = 12;
    let mean = 0;
    for (let w = 0; w <= rows; w++) {
      for (let l = 0; w + l <= rows; l++) {
        const content = Array.from({ length: rows }, (_, i) =>
          outcome(1, i < w ? 0 : 1, { version: 1, predicted: i >= w && i < w + l ? 0 : 1 }),
        );
        const eValue = SHADOW_TEST.run(windowOf(content), undefined).findings[0]?.eValue ?? 0;
        mean += probability(rows, w, l, won, lost) * eValue;
      }
    }
    assert.ok(mean < 1 + 1e-9, `${mean} for ${won} and ${lost}`);
    if (won === lost) assert.ok(mean > 1 - 1e-9);
  }
});

function probability(rows: number, w: number, l: number, won: number, lost: number): number {
  const ways = factorial(rows) / (factorial(w) * factorial(l) * factorial(rows - w - l));
  return ways * won ** w * lost ** l * (1 - won - lost) ** (rows - w - l);
}

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}

test('a regression is compared by which answer is closer; one that is no number is not', () => {
  const { findings } = SHADOW_TEST.run(
    windowOf(
      [
        outcome(10, 12, { version: 1, predicted: 11 }),
        outcome(10, 12, { version: 1, predicted: 8 }),
        outcome(10, 12, { version: 1, predicted: Number.NaN }),
        outcome(10, 12, { version: 1, predicted: 10.5 }),
      ],
      'regression',
    ),
    undefined,
  );
  assert.equal(findings[0]?.statistic, (2 - 1) / 4);
  assert.equal(
    findings[0]?.detail,
    'version 1 is closer than version 4 on 2 of 4 requests and less close on 1',
  );
});

test('the e-value is the mean wealth of three bettors', () => {
  const won = Array.from({ length: 8 }, () => outcome(1, 0, { version: 1, predicted: 1 }));
  const lost = Array.from({ length: 2 }, () => outcome(1, 1, { version: 1, predicted: 0 }));
  const { findings } = SHADOW_TEST.run(windowOf([...won, ...lost, outcome(1, 1)]), undefined);
  const wealth = (1.1 ** 8 * 0.9 ** 2 + 1.2 ** 8 * 0.8 ** 2 + 1.4 ** 8 * 0.6 ** 2) / 3;
  assert.ok(Math.abs((findings[0]?.eValue ?? 0) - wealth) < 1e-9);
});

test('a comparison raises no alarm, and leaves the other tests their share of the false alarms', () => {
  const content = Array.from({ length: 300 }, (_, i) => ({
    ...outcome(i % 2, i % 5 ? i % 2 : 1 - (i % 2), { version: 1, predicted: i % 2 }),
    eventTime: i,
    requestOffset: i,
  }));
  const findingsBy = (...detectors: string[]) =>
    CONCEPT_SIGNAL.test({ ...windowOf(content), spec: { ...spec, drift: { ...spec.drift, detectors } } }, {})
      .findings;
  const alone = findingsBy('accuracy');
  const [accuracy, ...others] = findingsBy('accuracy', 'shadow');
  const shadow = others.find(({ detector }) => detector === 'shadow');
  assert.deepEqual([accuracy, ...others.filter((finding) => finding !== shadow)], alone);
  assert.equal(shadow?.drifted, false);
  assert.equal(shadow?.severity, 0);
});

test('a window of any length has a finite e-value', () => {
  const content = Array.from({ length: 5000 }, () => outcome(1, 0, { version: 1, predicted: 1 }));
  assert.ok(Number.isFinite(SHADOW_TEST.run(windowOf(content), undefined).findings[0]?.eValue));
});
