import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  chiSquareSurvival,
  createRandom,
  kolmogorovSmirnov as kolmogorovSmirnovOfSamples,
  pairSamples,
} from '@driftloop/stats';
import fc from 'fast-check';
import { coarse, joinRare } from '../../../src/signals/data/psi.ts';
import {
  type CountPair,
  chiSquare,
  holm,
  kolmogorovSmirnov,
  populationStability,
  totalOf,
} from '../../../src/signals/statistics/counts.ts';

const sample = fc.array(fc.nat(20), { minLength: 1, maxLength: 200 });

function countsOf(values: readonly number[]): number[] {
  const counts = new Array<number>(21).fill(0);
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

function pairOf(reference: readonly number[], window: readonly number[]) {
  return { reference: countsOf(reference), window: countsOf(window), effective: window.length };
}

test('KS on counts has the distance of the samples, and nearly its p-value', () => {
  fc.assert(
    fc.property(sample, sample, (a, b) => {
      const expected = kolmogorovSmirnovOfSamples(pairSamples(a, b), 'exact');
      const found = kolmogorovSmirnov(pairOf(a, b), 0.01);
      assert.ok(Math.abs(found.statistic - expected.statistic) < 1e-12);
      if (a.length > 50 && b.length > 50) assert.ok(Math.abs(found.pValue - expected.pValue) < 0.1);
    }),
  );
});

test('p-values are uniform without drift, and the threshold is where they meet alpha', () => {
  const random = createRandom(4);
  const draw = (n: number) => Array.from({ length: n }, () => random.integer(21));
  const tests = { ks: kolmogorovSmirnov, chi2: chiSquare, psi: populationStability };
  for (const [name, run] of Object.entries(tests)) {
    const results = Array.from({ length: 1000 }, () => run(pairOf(draw(4000), draw(800)), 0.05));
    const share = results.filter(({ pValue }) => pValue < 0.05).length / 1000;
    // KS is conservative on 21 distinct values.
    assert.ok(share < 0.075 && share > (name === 'ks' ? 0.01 : 0.03), `${name}: ${share} below 0.05`);
    for (const { statistic, threshold, pValue } of results) {
      if (Math.abs(pValue - 0.05) > 1e-6) assert.equal(statistic > threshold, pValue < 0.05, name);
    }
  }
});

test('rare categories and bins that a small window misses are no drift; many rows of them are', () => {
  const CATEGORIES = 100;
  const random = createRandom(6);
  const weights = Array.from({ length: CATEGORIES }, (_, i) => 1 / (i + 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const draw = (): number => {
    let rest = random.uniform() * total;
    for (let i = 0; i < CATEGORIES; i++) {
      rest -= weights[i] ?? 0;
      if (rest < 0) return i;
    }
    return 0;
  };
  const pair = (unseen: number) => {
    const reference = new Array<number>(CATEGORIES + 3).fill(0);
    const window = new Array<number>(CATEGORIES + 3).fill(0);
    const add = (counts: number[], category: number): void => {
      counts[category] = (counts[category] ?? 0) + 1;
    };
    for (let i = 0; i < 1000; i++) add(reference, draw());
    for (let i = 0; i < 60; i++) {
      const category = draw();
      // The bin after the known ones is for what the reference lacks.
      add(window, i < unseen || reference[category] === 0 ? CATEGORIES : category);
    }
    return { reference, window, effective: 60 };
  };
  const tests = {
    chi2: chiSquare,
    psi: (counts: CountPair, alpha: number) => populationStability(joinRare(counts), alpha),
  };
  for (const [name, run] of Object.entries(tests)) {
    const RUNS = 500;
    const alarms = Array.from({ length: RUNS }, () => run(pair(0), 0.001)).filter(
      ({ pValue }) => pValue < 0.001,
    );
    assert.ok(alarms.length <= 3, `${name}: ${alarms.length} of ${RUNS} below 0.001`);
    assert.ok(run(pair(60), 0.001).pValue < 0.001, `${name} finds that all rows are in a new category`);
  }
});

test('rows that resemble their neighbours are worth fewer', () => {
  const pair = pairOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [6, 7, 8, 9, 10, 6, 7, 8, 9, 10]);
  for (const run of [kolmogorovSmirnov, chiSquare, populationStability]) {
    assert.ok(run(pair, 0.05).pValue < run({ ...pair, effective: 3 }, 0.05).pValue);
  }
});

test('nothing to compare is no drift', () => {
  const empty = { reference: [0, 0], window: [0, 0], effective: 0 };
  const half = { reference: [3, 4], window: [0, 0], effective: 0 };
  const single = { reference: [3, 0], window: [9, 0], effective: 9 };
  for (const run of [kolmogorovSmirnov, chiSquare, populationStability]) {
    for (const pair of [empty, half, single]) assert.equal(run(pair, 0.05).pValue, 1);
  }
});

test('coarse bins keep all rows, and what lies outside the reference apart', () => {
  // Outside below, 40 bins, outside above, missing, not finite.
  const reference = [0, ...new Array<number>(40).fill(5), 0, 2, 0];
  const window = [7, ...new Array<number>(40).fill(1), 8, 3, 1];
  const joined = coarse({ reference, window, effective: 59 });
  assert.equal(totalOf(joined.reference), totalOf(reference));
  assert.equal(totalOf(joined.window), totalOf(window));
  assert.deepEqual([joined.window[0], ...Array.from(joined.window).slice(-3)], [7, 8, 3, 1]);
  assert.equal(joined.reference.length, 14);
});

test("Holm's p-values are in the order of the raw ones, between raw and Bonferroni", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 }),
      (p) => {
        const adjusted = holm(p);
        p.forEach((value, i) => {
          const own = adjusted[i] ?? -1;
          assert.ok(own >= value && own <= Math.min(1, value * p.length) + 1e-12);
          p.forEach((other, j) => {
            if (other < value) assert.ok((adjusted[j] ?? 2) <= own);
          });
        });
      },
    ),
  );
  assert.deepEqual(holm([0.01, 0.04, 0.03]), [0.03, 0.06, 0.06]);
});

test('chi-square equals a worked example', () => {
  // Two rows of a 2 × 3 table: 10 20 30 and 20 20 20; Pearson's statistic is 5.333…
  const { statistic, pValue } = chiSquare(
    { reference: [10, 20, 30], window: [20, 20, 20], effective: 60 },
    0.05,
  );
  assert.ok(Math.abs(statistic - 16 / 3) < 1e-12);
  assert.ok(Math.abs(pValue - chiSquareSurvival(16 / 3, 2)) < 1e-12);
});
