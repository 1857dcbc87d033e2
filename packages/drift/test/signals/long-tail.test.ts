import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelSpec } from '@driftloop/schemas';
import { createRandom, type Random } from '@driftloop/stats';
import fc from 'fast-check';
import { buildReferenceProfile, createReducer, type ReferenceProfile } from '../../src/index.ts';
import { excessLimit, excessTail } from '../../src/signals/statistics/excess.ts';
import { CLASS_CELLS, joinRare } from '../../src/signals/statistics/rare.ts';
import { contextOf, dataChunk, signalsFrom, specOf } from '../fixtures.ts';

/** A category by Zipf's law: the k-th most frequent one of `count` has a share of k^-exponent. */
function zipf(count: number, exponent: number): (random: Random) => number {
  const ends = new Float64Array(count);
  let total = 0;
  for (let i = 0; i < count; i++) ends[i] = total += (i + 1) ** -exponent;
  return (random) => {
    const at = random.uniform() * total;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

function specWith(rows: number): ModelSpec {
  const spec = specOf({ numeric: 0, categorical: true, lengthMs: rows, detectors: ['chi2', 'psi'] });
  return { ...spec, task: 'regression', classes: 0 };
}

function referenceOf(spec: ModelSpec, column: Float32Array): ReferenceProfile {
  const rows = column.length;
  const data = {
    rows,
    width: 1,
    features: column,
    labels: new Float32Array(rows),
    weights: new Float32Array(rows).fill(1),
    eventTimes: Float64Array.from({ length: rows }, (_, i) => i),
  };
  return buildReferenceProfile({ spec, data, outputs: new Float32Array(rows) });
}

/** p-values of every window, by test; the last window only closes the one before. */
function tested(
  profile: ReferenceProfile,
  rows: number,
  windows: number,
  draw: () => number,
  detector = 'chi2',
) {
  const context = contextOf(specWith(rows), profile);
  const reducer = createReducer('data');
  const state = reducer.initial();
  return Array.from({ length: windows + 1 }, (_, w) => {
    const column = Float32Array.from({ length: rows }, draw);
    return dataChunk(context, { partition: 0, chunkStart: w * rows }, column, 1).flatMap((sketch) =>
      signalsFrom(reducer, state, sketch, context),
    );
  })
    .flat()
    .filter((signal) => signal.detector === detector);
}

/**
 * Not those that the test was chosen on (exponents 0.9 and 1.3): exponent, categories, rows of the
 * reference and of a window, and the share of a new category that is found. A reference of few rows
 * leaves larger shares plausible.
 */
const STREAMS = [
  [0.8, 50_000, 2000, 500, 0.1],
  [1, 20_000, 4531, 1000, 0.05],
  [1.2, 5000, 4531, 3000, 0.05],
  [1.2, 5000, 300, 3000, 0.2],
  [1.5, 5000, 1000, 300, 0.1],
  [2, 1000, 300, 1000, 0.1],
  [2, 1000, 5000, 300, 0.05],
] as const;

for (const [exponent, categories, referenceRows, rows, share] of STREAMS) {
  const name = `Zipf ${exponent} over ${categories} categories, ${referenceRows} and ${rows} rows`;
  const draw = zipf(categories, exponent);
  const random = createRandom(11);
  const column = () => Float32Array.from({ length: referenceRows }, () => draw(random));

  test(`${name}: no drift where there is none, and a new category with a share of ${share} is found`, () => {
    const REFERENCES = 4;
    const WINDOWS = 12;
    const alarms: string[] = [];
    for (let r = 0; r < REFERENCES; r++) {
      const profile = referenceOf(specWith(rows), column());
      for (const detector of ['chi2', 'psi']) {
        const calm = tested(profile, rows, WINDOWS, () => draw(random), detector);
        assert.equal(calm.length, WINDOWS);
        alarms.push(...calm.filter(({ drifted }) => drifted).map(({ detail }) => `${detector}: ${detail}`));
      }
      const withNew = () => (random.uniform() < share ? 1e6 : draw(random));
      const found = tested(profile, rows, WINDOWS, withNew);
      const missed = found.filter(({ drifted }) => !drifted).length;
      assert.ok(missed <= WINDOWS / 2, `${missed} of ${WINDOWS} windows miss it`);
      assert.match(found.find(({ drifted }) => drifted)?.detail ?? '', /never seen/);
    }
    // 96 windows, each with a chance of 1 in 600.
    assert.ok(alarms.length <= 1, alarms.join('; '));
  });
}

test('what is expected of categories never seen is said, and what stands out', () => {
  const draw = zipf(5000, 1.2);
  const random = createRandom(5);
  const profile = referenceOf(
    specWith(3000),
    Float32Array.from({ length: 4531 }, () => draw(random)),
  );
  const [found] = tested(profile, 3000, 1, () => (random.uniform() < 0.05 ? 1e6 : draw(random)));
  assert.match(
    found?.detail ?? '',
    /^categories never seen make up 1[5-9] % of c, 1[0-4] % expected, and some come often; these alone$/,
  );
  assert.equal(found?.expected, 1);
  assert.ok((found?.statistic ?? 0) > (found?.threshold ?? 0));
});

test('new categories that come in runs are one visit each', () => {
  const random = createRandom(8);
  // Each visitor stays for eight rows; half of them come once in a lifetime.
  let left = 0;
  let visitor = 0;
  let next = 1000;
  const draw = () => {
    if (left-- <= 0) {
      left = 7;
      visitor = random.uniform() < 0.5 ? next++ : random.integer(20);
    }
    return visitor;
  };
  const profile = referenceOf(specWith(400), Float32Array.from({ length: 4000 }, draw));
  const calm = tested(profile, 400, 60, draw);
  assert.ok(calm.filter(({ drifted }) => drifted).length <= 1);
  const found = tested(profile, 400, 20, () => (random.uniform() < 0.8 ? next++ : draw()));
  assert.ok(found.filter(({ drifted }) => drifted).length >= 15);
});

test('a profile from before the expectation has one of its counts, and a layout of one bin tests that', () => {
  const draw = zipf(20_000, 1);
  const random = createRandom(9);
  const column = Float32Array.from({ length: 4000 }, () => draw(random));
  const profile = referenceOf(specWith(1000), column);
  const [feature] = profile.features;
  assert.ok(feature?.unseen);
  const { unseen: _, ...older } = feature;
  const before = tested({ ...profile, features: [older] }, 1000, 10, () => draw(random));
  assert.ok(before.every(({ drifted }) => !drifted));
  const [layout] = profile.layout.features;
  assert.equal(layout?.kind === 'categorical' && layout.others, 32);
});

test('thousands of classes, most of them rare, are no drift of answers or labels', () => {
  const random = createRandom(10);
  const draw = zipf(2000, 1);
  const counts = (rows: number) => {
    const result = new Array<number>(2001).fill(0);
    for (let i = 0; i < rows; i++) {
      const c = draw(random);
      result[c] = (result[c] ?? 0) + 1;
    }
    return result;
  };
  const joined = joinRare({ reference: counts(1000), window: counts(500), effective: 500 }, CLASS_CELLS);
  assert.ok(joined.reference.length < 60);
  assert.equal(joined.window.length, joined.reference.length);
});

test('the tail of an excess is that of Fisher, falls with what is found, and its limit is where it meets alpha', () => {
  // 8 of 20 beside 2 of 20: (C(20,8) C(20,2) + C(20,9) C(20,1) + C(20,10)) / C(40,10).
  const fisher = excessTail({ found: 8, rows: 20 }, { found: 2, rows: 20 });
  assert.ok(Math.abs(fisher - 27_478_256 / 847_660_528) < 1e-12, String(fisher));
  assert.equal(excessTail({ found: 0, rows: 20 }, { found: 2, rows: 20 }), 1);
  const amount = fc.integer({ min: 1, max: 3000 });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(amount, amount, share, share, (rows, referenceRows, a, b) => {
      const reference = { found: Math.floor(b * referenceRows), rows: referenceRows };
      const found = Math.floor(a * rows);
      const p = excessTail({ found, rows }, reference);
      assert.ok(p >= 0 && p <= 1);
      if (found < rows) assert.ok(excessTail({ found: found + 1, rows }, reference) <= p + 1e-9);
      const limit = excessLimit(rows, reference, 0.001);
      if (limit < 1) assert.ok(excessTail({ found: limit * rows, rows }, reference) <= 0.001);
    }),
  );
});
