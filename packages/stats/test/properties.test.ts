import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  benjaminiHochberg,
  binByEdges,
  bonferroni,
  chiSquareTwoSample,
  cramerVonMises,
  createRandom,
  energyDistance,
  equalFrequencyEdges,
  hellingerDistance,
  jensenShannonDistance,
  kolmogorovSmirnov,
  kolmogorovSmirnovOfCounts,
  kolmogorovSmirnovPValue,
  kullbackLeibler,
  lInfinity,
  mannWhitney,
  normalisedWasserstein,
  type PairedCounts,
  pairCounts,
  pairSamples,
  populationStabilityIndex,
  quantiles,
  type Random,
  wasserstein,
  wassersteinOfHistograms,
} from '../src/index.ts';

// Few distinct values, so that ties are common.
const value = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.double({ min: -1e3, max: 1e3, noNaN: true, noDefaultInfinity: true }),
);
const sample = fc.array(value, { minLength: 1, maxLength: 60 });
const counts = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.nat()).map(([bins, seed]) => {
  const random = createRandom(seed);
  const row = () => Array.from({ length: bins }, (_, i) => random.integer(20) + (i === 0 ? 1 : 0));
  return [row(), row()] as const;
});

const DISTANCES: Record<string, (pair: PairedCounts) => number> = {
  'kolmogorov–smirnov': (pair) => kolmogorovSmirnov(pair).statistic,
  'cramér–von mises': (pair) => cramerVonMises(pair).statistic,
  wasserstein,
  'energy distance': energyDistance,
};

for (const [name, distance] of Object.entries(DISTANCES)) {
  test(`${name} is symmetric, at least 0 and does not depend on the order of the rows`, () => {
    fc.assert(
      fc.property(sample, sample, fc.nat(), (a, b, seed) => {
        const random = createRandom(seed);
        const there = distance(pairSamples(a, b));
        assertClose(distance(pairSamples(b, a)), there);
        assert.equal(distance(pairSamples(random.shuffle(a.slice()), random.shuffle(b.slice()))), there);
        assert.ok(there >= -1e-12);
      }),
    );
  });
}

const DIVERGENCES: Record<string, [(a: readonly number[], b: readonly number[]) => number, number]> = {
  psi: [(a, b) => populationStabilityIndex(a, b), Number.POSITIVE_INFINITY],
  'jensen–shannon': [jensenShannonDistance, Math.sqrt(Math.LN2) + 1e-12],
  hellinger: [hellingerDistance, 1],
  'l infinity': [lInfinity, 1],
  'chi-square': [(a, b) => chiSquareTwoSample(a, b).statistic, Number.POSITIVE_INFINITY],
};

for (const [name, [divergence, bound]] of Object.entries(DIVERGENCES)) {
  test(`${name} is symmetric, within its bounds, 0 for equal shares, and does not depend on the order of the bins`, () => {
    fc.assert(
      fc.property(counts, ([a, b]) => {
        const there = divergence(a, b);
        assertClose(divergence(b, a), there);
        assertClose(divergence(a.toReversed(), b.toReversed()), there);
        assert.ok(there >= 0 && there <= bound, `${there}`);
        assertClose(
          divergence(
            a,
            a.map((count) => 3 * count),
          ),
          0,
        );
      }),
    );
  });
}

test('p-values lie in [0, 1], and equal samples give no evidence', () => {
  fc.assert(
    fc.property(sample, sample, (a, b) => {
      const pair = pairSamples(a, b);
      for (const { pValue } of [
        kolmogorovSmirnov(pair),
        kolmogorovSmirnov(pair, 'asymptotic'),
        cramerVonMises(pair),
        mannWhitney(pair),
      ]) {
        assert.ok(pValue >= 0 && pValue <= 1, `${pValue}`);
      }
      const same = pairSamples(a, a);
      assert.equal(kolmogorovSmirnov(same).pValue, 1);
      assert.equal(mannWhitney(same).pValue, 1);
      assert.equal(wasserstein(same), 0);
    }),
  );
});

test('divergences fall when bins are merged', () => {
  fc.assert(
    fc.property(counts, ([a, b]) => {
      const merge = (row: readonly number[]) =>
        row.length < 2 ? row : [(row[0] ?? 0) + (row[1] ?? 0), ...row.slice(2)];
      for (const divergence of [jensenShannonDistance, hellingerDistance]) {
        assert.ok(divergence(merge(a), merge(b)) <= divergence(a, b) + 1e-12);
      }
      const both = kullbackLeibler(a.map(plusOne), b.map(plusOne));
      assert.ok(kullbackLeibler(merge(a.map(plusOne)), merge(b.map(plusOne))) <= both + 1e-12);
    }),
  );
});

test('counts of values give the same answers as the samples they count', () => {
  fc.assert(
    fc.property(sample, sample, (a, b) => {
      const pair = pairSamples(a, b);
      const counted = pairCounts(pair.values, pair.reference, pair.current);
      for (const distance of Object.values(DISTANCES)) assert.equal(distance(counted), distance(pair));
      assert.deepEqual(kolmogorovSmirnovOfCounts(pair.reference, pair.current), kolmogorovSmirnov(pair));
    }),
  );
});

test("a histogram's Kolmogorov–Smirnov distance is never above that of the samples", () => {
  fc.assert(
    fc.property(sample, sample, (a, b) => {
      const pair = pairSamples(a, b);
      const binned = binByEdges(pair, [-3, -0.5, 0, 2, 4]);
      const { statistic } = kolmogorovSmirnovOfCounts(binned.reference, binned.current);
      assert.ok(statistic <= kolmogorovSmirnov(pair).statistic + 1e-12);
    }),
  );
});

test('distances scale with the unit and do not see where zero is', () => {
  fc.assert(
    fc.property(sample, sample, fc.integer({ min: 1, max: 9 }), (a, b, unit) => {
      const moved = pairSamples(
        a.map((x) => unit * x + 64),
        b.map((x) => unit * x + 64),
      );
      const pair = pairSamples(a, b);
      assertClose(wasserstein(moved), unit * wasserstein(pair), 1e-6);
      assertClose(energyDistance(moved) ** 2, unit * energyDistance(pair) ** 2, 1e-6);
    }),
  );
});

test('the area between two histograms is that between samples spread over the bins', () => {
  const edges = [0, 1, 3, 4];
  const spread = (row: readonly number[]) =>
    row.flatMap((count, bin) => {
      const low = edges[bin] ?? 0;
      const width = (edges[bin + 1] ?? 0) - low;
      return Array.from({ length: count * 200 }, (_, i) => low + (width * (i + 0.5)) / (count * 200));
    });
  for (const [a, b] of [
    [
      [4, 1, 0],
      [1, 1, 3],
    ],
    [
      [2, 5, 2],
      [3, 1, 3],
    ],
    [
      [1, 0, 0],
      [0, 0, 1],
    ],
  ] as const) {
    assertClose(wassersteinOfHistograms(edges, a, b), wasserstein(pairSamples(spread(a), spread(b))), 5e-3);
  }
});

test('a point mass in the reference is seen when it moves', () => {
  const constant = new Array<number>(100).fill(3);
  const zeros = [...new Array<number>(60).fill(0), ...Array.from({ length: 40 }, (_, i) => 1 + i)];
  for (const [reference, current] of [
    [constant, constant.map(() => 4)],
    [constant, constant.map(() => 2)],
    [zeros, zeros.map((x) => (x === 0 ? 0.5 : x))],
    [zeros, zeros.map((x) => (x === 0 ? -0.5 : x))],
  ] as const) {
    const pair = pairSamples(reference, current);
    const { reference: left, current: right } = binByEdges(pair, equalFrequencyEdges(reference, 10));
    assert.ok(populationStabilityIndex(left, right) > 1);
    assert.equal(populationStabilityIndex(left, left), 0);
  }
});

test('each bin of equal frequency holds about its share of a continuous reference', () => {
  const random = createRandom(7);
  const reference = Array.from({ length: 1000 }, () => random.normal());
  const edges = equalFrequencyEdges(reference, 10);
  assert.equal(edges.length, 9);
  const { reference: left } = binByEdges(pairSamples(reference, reference), edges);
  assert.ok(
    left.every((count) => count === 100),
    `${left}`,
  );
});

/** Draws p-values under the null, and checks their distribution function at a few levels. */
function assertUniform(draw: (random: Random) => number, runs: number, name: string): void {
  const random = createRandom(`null of ${name}`);
  const pValues = Array.from({ length: runs }, () => draw(random));
  for (const level of [0.01, 0.05, 0.1, 0.5, 0.9]) {
    const share = pValues.filter((p) => p <= level).length / runs;
    const deviation = Math.sqrt((level * (1 - level)) / runs);
    assert.ok(Math.abs(share - level) < 4.5 * deviation + 0.012, `${name}: ${share} of p at most ${level}`);
  }
}

test('p-values are uniform when nothing has changed', () => {
  const normal = (random: Random, n: number) => Array.from({ length: n }, () => random.normal());
  const draws = (random: Random, n: number) => {
    const row = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const k = random.integer(4);
      row[k] = (row[k] ?? 0) + 1;
    }
    return row;
  };
  assertUniform((r) => kolmogorovSmirnov(pairSamples(normal(r, 300), normal(r, 250))).pValue, 2000, 'ks');
  assertUniform((r) => cramerVonMises(pairSamples(normal(r, 80), normal(r, 60))).pValue, 2000, 'cvm');
  assertUniform((r) => mannWhitney(pairSamples(normal(r, 80), normal(r, 60))).pValue, 2000, 'mann–whitney');
  assertUniform((r) => chiSquareTwoSample(draws(r, 400), draws(r, 300)).pValue, 2000, 'chi-square');
});

test('exact and asymptotic Kolmogorov–Smirnov agree for large samples and fall with D', () => {
  let last = 1;
  for (const statistic of [0, 0.01, 0.02, 0.03, 0.05, 0.08]) {
    const exact = kolmogorovSmirnovPValue(statistic, 4000, 3999, 'exact').pValue;
    const asymptotic = kolmogorovSmirnovPValue(statistic, 4000, 3999, 'asymptotic').pValue;
    assert.ok(Math.abs(exact - asymptotic) < 0.01);
    assert.ok(exact <= last);
    last = exact;
  }
});

test('adjusted p-values: Bonferroni is never below Benjamini–Hochberg, order is kept, one test is left alone', () => {
  const p = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(p, (values) => {
      const strict = bonferroni(values);
      const discovery = benjaminiHochberg(values);
      for (const [i, value] of values.entries()) {
        assert.ok(
          (discovery[i] ?? 0) >= value * (1 - 1e-12) && (discovery[i] ?? 0) <= (strict[i] ?? 0) + 1e-12,
        );
        for (const [j, other] of values.entries()) {
          if (value <= other) assert.ok((discovery[i] ?? 0) <= (discovery[j] ?? 0));
        }
      }
    }),
  );
  assert.deepEqual([...benjaminiHochberg([0.03])], [0.03]);
  // From the original paper's recipe, by hand: 0.01·4/1, 0.02·4/2, 0.03·4/3, 0.9·4/4.
  assert.deepEqual(
    [...benjaminiHochberg([0.9, 0.02, 0.01, 0.03])].map((x) => Math.round(x * 1e12) / 1e12),
    [0.9, 0.04, 0.04, 0.04],
  );
});

test('quantiles interpolate, hit both ends, and rise', () => {
  assert.deepEqual([...quantiles([4, 1, 3, 2], [0, 1 / 3, 0.5, 1])], [1, 2, 2.5, 4]);
  fc.assert(
    fc.property(sample, (values) => {
      const found = quantiles(values, [0, 0.1, 0.5, 0.9, 1]);
      assert.equal(found[0], Math.min(...values) + 0);
      assert.equal(found[4], Math.max(...values) + 0);
      for (let i = 1; i < 5; i++) assert.ok((found[i] ?? 0) >= (found[i - 1] ?? 0) - 1e-9);
    }),
  );
});

test('a constant reference does not divide by zero', () => {
  assert.equal(normalisedWasserstein(pairSamples([2, 2, 2], [2.5])), 500);
});

function plusOne(count: number): number {
  return count + 1;
}

function assertClose(actual: number, expected: number, tolerance = 1e-9): void {
  const error = Math.abs(actual - expected);
  assert.ok(error <= tolerance * Math.max(1, Math.abs(expected)), `${actual}, expected ${expected}`);
}
