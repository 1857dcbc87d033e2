import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelSpec } from '@driftloop/schemas';
import type { LabelledRows } from '@driftloop/spec';
import { createRandom } from '@driftloop/stats';
import {
  buildReferenceProfile,
  createReducer,
  parseReferenceProfile,
  type ReferenceProfile,
} from '../../src/index.ts';
import { answersOf, chunkOf, contextOf, rowsOf, signalsFrom, specOf } from '../fixtures.ts';

const random = createRandom(2);

/** Tests a window of ordinary rows against the profile and returns its signals. */
function testedAgainst(
  spec: ModelSpec,
  profile: ReferenceProfile,
  data: LabelledRows = rowsOf(spec, 50, random),
) {
  const context = contextOf(spec, profile);
  const times = Array.from({ length: data.rows }, (_, i) => i);
  return (['data', 'prediction', 'concept'] as const).flatMap((signal) => {
    const reducer = createReducer(signal);
    const state = reducer.initial();
    const chunks = [
      ...chunkOf(signal, context, { partition: 0, chunkStart: 0, chunkEnd: 10 }, data, times),
      ...chunkOf(signal, context, { partition: 0, chunkStart: 10, chunkEnd: 20 }, data, [9999]),
    ];
    return chunks.flatMap((sketch) => signalsFrom(reducer, state, sketch, context));
  });
}

function assertDefined(signals: ReturnType<typeof testedAgainst>): void {
  assert.ok(signals.length > 0);
  for (const { detector, feature, statistic, pValue, threshold, severity } of signals) {
    const numbers = [statistic, pValue ?? 0, threshold, severity];
    assert.ok(numbers.every(Number.isFinite), `${detector} ${feature}: ${numbers}`);
    assert.ok(severity >= 0 && severity <= 1 && (pValue ?? 0) >= 0 && (pValue ?? 0) <= 1);
  }
}

function changed(data: LabelledRows, feature: number, value: (row: number) => number): LabelledRows {
  const features = data.features.slice();
  for (let i = 0; i < data.rows; i++) features[i * data.width + feature] = value(i);
  return { ...data, features };
}

function built(spec: ModelSpec, data: LabelledRows): ReferenceProfile {
  return buildReferenceProfile({ spec, data, outputs: answersOf(data) });
}

const spec = specOf({ numeric: 2, categorical: true });
const good = rowsOf(spec, 300, random);
const references: Readonly<Record<string, LabelledRows>> = {
  'one row': rowsOf(spec, 1, random),
  'two rows': rowsOf(spec, 2, random),
  'a constant feature': changed(good, 1, () => 5),
  'a feature that is all missing': changed(good, 1, () => Number.NaN),
  'infinite values': changed(good, 0, (i) => (i % 3 === 0 ? Number.POSITIVE_INFINITY : i)),
  'only infinite values': changed(good, 0, () => Number.NEGATIVE_INFINITY),
  'one category': changed(good, 2, () => 1),
  'no category': changed(good, 2, () => Number.NaN),
  'huge values': changed(good, 0, (i) => (i % 2 ? 3e38 : -3e38)),
};

for (const [name, data] of Object.entries(references)) {
  test(`a reference with ${name} gives defined answers, also after JSON`, () => {
    const profile = built(spec, data);
    assertDefined(testedAgainst(spec, profile));
    const copy = parseReferenceProfile(JSON.parse(JSON.stringify(profile)));
    assert.deepEqual(testedAgainst(spec, copy, good), testedAgainst(spec, profile, good));
  });
}

test('windows of bad rows give defined answers, and are seen as drift', () => {
  const profile = built(spec, good);
  const rows = rowsOf(spec, 300, random);
  const missing = changed(rows, 0, () => Number.NaN);
  const infinite = changed(rows, 1, () => Number.POSITIVE_INFINITY);
  const unseen = changed(rows, 2, () => 17);
  const found = (data: LabelledRows, detector: string, feature: string) => {
    const signals = testedAgainst(spec, profile, data);
    assertDefined(signals);
    return signals.find((signal) => signal.detector === detector && signal.feature === feature)?.drifted;
  };
  assert.equal(found(missing, 'missing', 'f0'), true);
  assert.equal(found(infinite, 'missing', 'f1'), true);
  assert.equal(found(unseen, 'chi2', 'c'), true);
  assert.equal(found(rows, 'missing', 'f0'), false);
  assert.equal(found(rows, 'chi2', 'c'), false);
});

test('a value beside a constant reference is drift', () => {
  const profile = built(
    spec,
    changed(good, 1, () => 5),
  );
  const signals = testedAgainst(
    spec,
    profile,
    changed(rowsOf(spec, 100, random), 1, () => 5.001),
  );
  const drifted = signals
    .filter((signal) => signal.feature === 'f1' && signal.drifted)
    .map(({ detector }) => detector);
  assert.ok(drifted.includes('ks') && drifted.includes('psi'), String(drifted));
});

test('a regression has a profile of values and squared errors', () => {
  const regression: ModelSpec = { ...specOf({ numeric: 1 }), task: 'regression', classes: 0 };
  const data = rowsOf(regression, 200, random);
  const labels = data.labels.map((_, i) => (data.features[i] ?? 0) * 2);
  const outputs = labels.map((label) => label + random.normal() / 10);
  const profile = buildReferenceProfile({ spec: regression, data: { ...data, labels }, outputs });
  assert.ok(Math.abs(profile.outputs.score.mean - 0.01) < 0.005);
  assert.deepEqual(profile.outputs.classes.counts, []);
});

const refused: Readonly<Record<string, () => unknown>> = {
  'no rows': () => built(spec, rowsOf(spec, 0, random)),
  'another width': () => built(specOf({ numeric: 5 }), good),
  'a label outside the classes': () => built(spec, { ...good, labels: good.labels.map(() => 2) }),
  'too few labels': () => built(spec, { ...good, labels: good.labels.subarray(1) }),
  'outputs of another width': () =>
    buildReferenceProfile({ spec, data: good, outputs: new Float32Array(3 * good.rows) }),
  'an output that is missing': () =>
    buildReferenceProfile({ spec, data: good, outputs: answersOf(good).fill(Number.NaN, 7, 8) }),
  'an output that is infinite': () =>
    buildReferenceProfile({
      spec,
      data: good,
      outputs: answersOf(good).fill(Number.NEGATIVE_INFINITY, 7, 8),
    }),
  'no outputs': () => buildReferenceProfile({ spec, data: good }),
  'held out rows without outputs': () =>
    buildReferenceProfile({ spec, data: good, heldOut: { data: good, outputs: new Float32Array() } }),
};

for (const [name, build] of Object.entries(refused)) {
  test(`a reference with ${name} is refused with a reason`, () => {
    assert.throws(build, { code: 'DATA_INVALID', message: /\bm\b/ });
  });
}

test('what is no profile is refused', () => {
  const profile = built(spec, good);
  for (const bad of [
    null,
    3,
    {},
    { ...profile, format: 2 },
    { ...profile, features: [] },
    { ...profile, outputs: 1 },
  ]) {
    assert.throws(() => parseReferenceProfile(bad), { code: 'DATA_INVALID' });
  }
});

test('rows in another order give the same profile', () => {
  const order = Array.from({ length: good.rows }, (_, i) => i).sort(
    (a, b) => ((a * 7) % 31) - ((b * 7) % 31) || a - b,
  );
  const shuffled: LabelledRows = {
    ...good,
    features: Float32Array.from(order.flatMap((row) => [...good.features.subarray(row * 3, row * 3 + 3)])),
    labels: Float32Array.from(order, (row) => good.labels[row] ?? 0),
    eventTimes: Float64Array.from(order, (row) => good.eventTimes[row] ?? 0),
  };
  assert.deepEqual(built(spec, shuffled), built(spec, good));
});

test('the base version hands its layout on, unless the features are others', () => {
  const base = built(spec, good);
  const data = rowsOf(spec, 300, random, 1);
  const next = buildReferenceProfile({ spec, data, outputs: answersOf(data), layout: base.layout });
  assert.equal(next.layout.id, base.layout.id);
  assert.notDeepEqual(next.features, base.features);
  const other = specOf({ numeric: 3 });
  const otherData = rowsOf(other, 50, random);
  const fresh = buildReferenceProfile({
    spec: other,
    data: otherData,
    outputs: answersOf(otherData),
    layout: base.layout,
  });
  assert.notEqual(fresh.layout.id, base.layout.id);
});

test('a category that the inherited layout lacks is counted as unseen, and expected from then on', () => {
  const base = built(spec, good);
  const data = changed(rowsOf(spec, 300, random), 2, () => 9);
  const next = buildReferenceProfile({ spec, data, outputs: answersOf(data), layout: base.layout });
  assert.deepEqual(next.features[2]?.counts, [0, 0, 0, 300, 0, 0]);
  const window = changed(rowsOf(spec, 100, random), 2, () => 17);
  const found = testedAgainst(spec, next, window).find(({ detector }) => detector === 'chi2');
  assert.equal(found?.drifted, false);
});

test('neighbours that resemble each other widen the tests', () => {
  const steady = specOf({ numeric: 1, lengthMs: 50 });
  const data = rowsOf(steady, 1000, random);
  const independent = built(steady, data);
  let level = 0;
  const walk = changed(data, 0, (i) => {
    if (i % 25 === 0) level = random.normal();
    return level;
  });
  assert.ok((independent.features[0]?.dispersion ?? 9) < 2);
  assert.ok((built(steady, walk).features[0]?.dispersion ?? 0) > 5);
});
