import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DETECTOR_NAMES } from '@driftloop/detectors';
import type { DriftSignal, ModelSpec, Signal } from '@driftloop/schemas';
import type { LabelledRows } from '@driftloop/spec';
import { createRandom, type Random } from '@driftloop/stats';
import {
  buildReferenceProfile,
  createReducer,
  type ReferenceProfile,
  type SketchLayout,
} from '../../src/index.ts';
import { answersOf, chunkOf, contextOf, profileOf, rowsOf, signalsFrom, specOf } from '../fixtures.ts';

const ROWS = 300;

/** Signals of consecutive windows of 300 rows; `rows` makes a window. */
function signalsOf(
  signal: Signal,
  spec: ModelSpec,
  windows: number,
  seed: number,
  rows: (random: Random, window: number) => LabelledRows,
): DriftSignal[] {
  const context = contextOf(spec, profileOf(spec, 3000, seed));
  const reducer = createReducer(signal);
  const state = reducer.initial();
  const random = createRandom(seed + 1000);
  return Array.from({ length: windows + 1 }, (_, window) => {
    const data = rows(random, window);
    const times = Array.from({ length: data.rows }, (_, i) => window * 1000 + i);
    const place = { partition: 0, chunkStart: window * 1000, chunkEnd: (window + 1) * 1000 };
    return chunkOf(signal, context, place, data, times);
  })
    .flat()
    .flatMap((sketch) => signalsFrom(reducer, state, sketch, context));
}

const calm = (spec: ModelSpec) => (random: Random) => rowsOf(spec, ROWS, random);

for (const signal of ['data', 'prediction', 'concept'] as const) {
  test(`${signal}: without drift, windows are called drifted no more often than the budget allows`, () => {
    const spec = specOf({ numeric: 4, categorical: true, budget: 20 });
    const WINDOWS = 60;
    let alarms = 0;
    for (let seed = 1; seed <= 8; seed++) {
      const drifted = signalsOf(signal, spec, WINDOWS, seed, calm(spec)).filter((result) => result.drifted);
      alarms += new Set(drifted.map(({ windowEnd }) => windowEnd)).size;
    }
    // A signal may spend a third of one false alarm in 20 windows: 8 of 480; three times as many
    // would be a bug.
    assert.ok(alarms <= 16, `${alarms} of ${8 * WINDOWS} windows`);
  });
}

test('data: a shift of one feature is found by the tests that should see it, and by name', () => {
  const spec = specOf({ numeric: 4, categorical: true, minSamples: 100 });
  const shifted = signalsOf('data', spec, 3, 1, (random, window) => {
    const data = rowsOf(spec, ROWS, random);
    if (window === 2) for (let i = 0; i < ROWS; i++) data.features[i * data.width + 1] = random.normal() + 1;
    return data;
  }).filter(({ drifted }) => drifted);
  assert.deepEqual([...new Set(shifted.map(({ windowStart }) => windowStart))], [2000]);
  const found = shifted.map(({ detector, feature }) => `${detector} ${feature}`.trim());
  for (const expected of ['ks f1', 'psi f1', 'mean f1', 'mmd'])
    assert.ok(found.includes(expected), String(found));
  assert.ok(found.every((name) => name.endsWith('f1') || name === 'mmd' || name === 'pca'));
});

test('data: features that only move together differently are seen by PCA or MMD, not by KS', () => {
  const spec = specOf({ numeric: 3 });
  const found = signalsOf('data', spec, 2, 1, (random, window) => {
    const data = rowsOf(spec, ROWS, random);
    if (window === 1) for (let i = 0; i < ROWS; i++) data.features[i * 3 + 1] = data.features[i * 3 + 2] ?? 0;
    return data;
  }).filter(({ drifted }) => drifted);
  assert.ok(found.length > 0);
  assert.ok(found.every(({ detector }) => detector === 'mmd' || detector === 'pca'));
});

test('prediction: rows the model is unsure about lower the estimated accuracy, without labels', () => {
  const spec = specOf({ numeric: 1 });
  const signals = signalsOf('prediction', spec, 3, 1, (random, window) =>
    rowsOf(spec, ROWS, random, window === 2 ? 3 : 0),
  );
  const classes = signals.filter(({ detector }) => detector === 'classes');
  assert.deepEqual(
    classes.map(({ drifted }) => drifted),
    [false, false, true],
  );
  const estimated = signals.filter(({ detector }) => detector === 'cbpe').map(({ statistic }) => statistic);
  for (const accuracy of estimated) assert.ok(Math.abs(accuracy - 0.8) < 0.05);
});

test('concept: turned labels are found within a window, and the change is dated', () => {
  const spec = specOf({ numeric: 1 });
  const signals = signalsOf('concept', spec, 6, 1, (random, window) => {
    const data = rowsOf(spec, ROWS, random);
    if (window >= 4)
      data.labels.forEach((label, i) => {
        data.labels[i] = i % 2 ? label : 1 - label;
      });
    return data;
  });
  const of = (name: string) => signals.filter(({ detector }) => detector === name);
  assert.deepEqual(
    of('accuracy').map(({ drifted }) => drifted),
    [false, false, false, false, true, true],
  );
  const alarms = of('hddm-a').filter(({ drifted }) => drifted);
  assert.equal(alarms[0]?.windowStart, 4000);
  assert.ok(Math.abs((alarms[0]?.changePoint ?? 0) - 4000) < 1200, String(alarms[0]?.changePoint));
  assert.ok(of('accuracy').every(({ statistic, n }) => n === ROWS && statistic > 0.3));
});

test('concept: every streaming detector calls a rise of errors drift, and none a fall', () => {
  const spec = specOf({ numeric: 1, detectors: DETECTOR_NAMES });
  const turned = (share: (window: number) => number) =>
    signalsOf('concept', spec, 6, 1, (random, window) => {
      const data = rowsOf(spec, ROWS, random);
      return {
        ...data,
        labels: data.labels.map((label) => (random.uniform() < share(window) ? 1 - label : label)),
      };
    })
      .filter(({ drifted, windowStart }) => drifted && windowStart >= 3000)
      .map(({ detector, windowStart }) => `${detector} ${windowStart}`);
  const rises = new Set(turned((window) => (window < 3 ? 0 : 0.9)).map((alarm) => alarm.split(' ')[0]));
  assert.deepEqual(
    DETECTOR_NAMES.filter((name) => !rises.has(name)),
    [],
  );
  // In the window of the fall; later ones may have the false alarms that a detector has.
  const falls = turned((window) => (window < 3 ? 0.5 : 0)).filter((alarm) => alarm.endsWith(' 3000'));
  assert.deepEqual(falls, []);
});

test('concept: e-detectors know the reference: errors that rise before the first row are found, others are not', () => {
  const spec = specOf({ numeric: 2, budget: 50, detectors: ['e-sr', 'e-cusum', 'ddm'] });
  const drifted = (share: number) =>
    new Set(
      signalsOf('concept', spec, 4, 2, (random) => {
        const data = rowsOf(spec, ROWS, random);
        data.labels.forEach((label, i) => {
          if (random.uniform() < share) data.labels[i] = 1 - label;
        });
        return data;
      })
        .filter((result) => result.drifted)
        .map(({ detector }) => detector),
    );
  // A detector that learns what is normal from the first rows sees nothing.
  assert.deepEqual([...drifted(0.3)].sort(), ['e-cusum', 'e-sr']);
  assert.deepEqual([...drifted(0)], []);
});

test('data: the limit of missing values is where the p-value meets its share of alpha', () => {
  const spec = specOf({ numeric: 1, budget: 50, detectors: ['missing'] });
  const shares = Array.from({ length: 30 }, (_, i) => i / 600);
  const signals = signalsOf('data', spec, 29, 1, (random, window) => {
    const data = rowsOf(spec, 2 * ROWS, random);
    data.features.fill(Number.NaN, 0, window);
    return data;
  }).filter(({ detector }) => detector === 'missing');
  assert.deepEqual(
    signals.map(({ statistic }) => statistic),
    shares.slice(0, -1),
  );
  for (const { statistic, threshold, drifted } of signals) assert.equal(drifted, statistic >= threshold);
  assert.ok(signals.some(({ drifted }) => drifted) && signals.some(({ drifted }) => !drifted));
});

test('data: in an inherited layout the mean is tested against the version that is live, not against its base', () => {
  const spec = specOf({ numeric: 2, detectors: ['mean'] });
  const random = createRandom(4);
  const profile = (shift: number, layout?: SketchLayout) => {
    const data = rowsOf(spec, 3000, random, shift);
    return buildReferenceProfile({ spec, data, outputs: answersOf(data), ...(layout && { layout }) });
  };
  const base = profile(0);
  const next = profile(1, base.layout);
  const meansOf = (tested: ReferenceProfile, shift: number) => {
    const context = contextOf(spec, tested);
    const reducer = createReducer('data');
    const state = reducer.initial();
    return [0, 1].flatMap((window) => {
      const place = { partition: 0, chunkStart: window * 1000, chunkEnd: (window + 1) * 1000 };
      const times = Array.from({ length: ROWS }, (_, i) => window * 1000 + i);
      return chunkOf('data', context, place, rowsOf(spec, ROWS, random, shift), times)
        .flatMap((sketch) => signalsFrom(reducer, state, sketch, context))
        .filter(({ detector }) => detector === 'mean');
    });
  };
  assert.deepEqual(
    meansOf(next, 1).map(({ drifted }) => drifted),
    [false, false],
  );
  assert.deepEqual(
    meansOf(next, 0).map(({ drifted }) => drifted),
    [true, true],
  );
  const { standardised, ...older } = next.features[0] ?? { counts: [], dispersion: 1 };
  assert.ok(Math.abs((standardised?.mean ?? 0) - 1) < 0.1);
  const without = { ...next, features: [older, older] };
  assert.deepEqual(
    meansOf(without, 0).map(({ drifted }) => drifted),
    [false, false],
  );
});

test('a spec chooses its detectors; what a change is, is said beside them', () => {
  const spec = specOf({ numeric: 2, detectors: ['psi', 'page-hinkley', 'accuracy'] });
  const names = (signal: Signal) => [
    ...new Set(signalsOf(signal, spec, 1, 1, calm(spec)).map(({ detector }) => detector)),
  ];
  assert.deepEqual(names('data'), ['psi', 'segment']);
  assert.deepEqual(names('prediction'), []);
  assert.deepEqual(names('concept'), ['accuracy', 'kind', 'page-hinkley']);
});

test('every window is complete: ordinals count up to the total', () => {
  const spec = specOf({ numeric: 2, categorical: true });
  const signals = signalsOf('data', spec, 2, 1, calm(spec));
  const first = signals.filter(({ windowStart }) => windowStart === 0);
  assert.deepEqual(
    first.map(({ ordinal }) => ordinal),
    first.map((_, i) => i),
  );
  assert.ok(first.every(({ total }) => total === first.length));
});
