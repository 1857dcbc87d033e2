import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readVectors } from '@driftloop/vectors';
import {
  binByEdges,
  bonferroni,
  chiSquareOneSample,
  chiSquareTwoSample,
  cramerVonMises,
  createRandom,
  energyDistance,
  equalFrequencyEdges,
  equalWidthBins,
  hellingerDistance,
  jensenShannonDistance,
  kolmogorovSmirnov,
  kullbackLeibler,
  lInfinity,
  mannWhitney,
  mmd,
  mmdTest,
  normalisedWasserstein,
  pairSamples,
  pooledMedianBandwidth,
  populationStabilityIndex,
  referenceMedianBandwidth,
  sturgesBins,
  wasserstein,
} from '../src/index.ts';
import { assertDistance, assertPValue, type BatchVectors } from './vectors.ts';

const batch = readVectors<BatchVectors>('batch.json');

for (const vector of batch.numeric) {
  test(`numeric ${vector.name}: tests and distances as scipy and evidently answer`, () => {
    const pair = pairSamples(vector.reference, vector.current);
    const exact = kolmogorovSmirnov(pair, 'exact');
    assert.equal(exact.statistic, vector.ks.D);
    assertPValue(exact.pValue, vector.ks.p_exact, 'ks exact');
    assertPValue(kolmogorovSmirnov(pair, 'asymptotic').pValue, vector.ks.p_asymp, 'ks asymptotic');
    assertPValue(kolmogorovSmirnov(pair).pValue, vector.ks.p_auto, 'ks auto');

    const { reference, current } = equalWidthBins(pair);
    assertDistance(populationStabilityIndex(reference, current, 'evidently'), vector.psi_evidently, 'psi');
    assertDistance(jensenShannonDistance(reference, current), vector.js_distance_evidently, 'js');
    assertDistance(kullbackLeibler(reference, current, 'evidently'), vector.kl_evidently, 'kl');
    const distinct = sturgesBins(pair, pair.values.length);
    assertDistance(
      hellingerDistance(distinct.reference, distinct.current),
      vector.hellinger_evidently,
      'hellinger',
    );

    for (const [bins, expected] of [
      [10, vector.psi_equal_freq_10],
      [5, vector.psi_equal_freq_5],
    ] as const) {
      const edges = equalFrequencyEdges(vector.reference, bins, 'ignore');
      assert.equal(edges.length + 1, expected.bins);
      for (const [i, edge] of expected.inner_edges.entries()) assertDistance(edges[i], edge, `edge ${i}`);
      const binned = binByEdges(pair, edges);
      assertDistance(
        populationStabilityIndex(binned.reference, binned.current),
        expected.value,
        `psi ${bins}`,
      );
    }

    assertDistance(wasserstein(pair), vector.wasserstein1, 'wasserstein');
    assertDistance(normalisedWasserstein(pair), vector.wasserstein1_norm_evidently, 'normalised wasserstein');
    assertDistance(energyDistance(pair), vector.energy_distance, 'energy distance');
    const cvm = cramerVonMises(pair);
    assertDistance(cvm.statistic, vector.cramer_von_mises.T, 'cramér–von mises T');
    // scipy computes it as 1 − F, so below 1e-6 little but the rounding of F is left.
    assertPValue(cvm.pValue, vector.cramer_von_mises.p_asymptotic, 'cramér–von mises p', 1e-14);
    const ranks = mannWhitney(pair);
    assertDistance(ranks.statistic, vector.mann_whitney.U, 'mann–whitney U');
    // scipy has no p-value when all values are one; here it is 1.
    assertPValue(ranks.pValue, vector.mann_whitney.p ?? 1, 'mann–whitney p');
  });
}

for (const vector of batch.categorical) {
  test(`categorical ${vector.name}: as scipy and evidently answer`, () => {
    const { reference_counts: reference, current_counts: current } = vector;
    const two = chiSquareTwoSample(reference, current);
    assertDistance(two.statistic, vector.chi2_contingency.chi2, 'chi2');
    assert.equal(two.degrees, vector.chi2_contingency.dof);
    assertPValue(two.pValue, vector.chi2_contingency.p, 'chi2 p');
    // With one category scipy has no degree of freedom and no p-value; here it is 1.
    assertPValue(
      chiSquareOneSample(current, reference).pValue,
      vector.chisquare_evidently.p ?? 1,
      'chisquare p',
    );
    assertDistance(populationStabilityIndex(reference, current, 'evidently'), vector.psi_evidently, 'psi');
    assertDistance(jensenShannonDistance(reference, current), vector.js_distance_evidently, 'js');
    assertDistance(lInfinity(reference, current), vector.l_infinity, 'l infinity');
  });
}

for (const vector of batch.multivariate) {
  test(`multivariate ${vector.name}: MMD as alibi-detect and numpy answer`, () => {
    const width = vector.reference[0]?.length ?? 1;
    const reference = vector.reference.flat();
    const current = vector.current.flat();
    const { alibi, numpy_float64: numpy, ksdrift_alibi: ks } = vector;
    assertRelative(referenceMedianBandwidth(reference, width), alibi.sigma, 1e-5, 'sigma');
    assertDistance(
      pooledMedianBandwidth(reference, current, width),
      numpy.pooled_median.sigma,
      'pooled sigma',
    );
    for (const [sigma, expected] of [
      [1, numpy.sigma1],
      [alibi.sigma, numpy.alibi_sigma],
      [numpy.pooled_median.sigma, numpy.pooled_median],
    ] as const) {
      const answer = mmd(reference, current, width, sigma);
      assertDistance(answer.unbiased, expected.mmd2_unbiased, `unbiased, sigma ${sigma}`);
      assertDistance(answer.biased, expected.mmd2_biased, `biased, sigma ${sigma}`);
    }
    const options = { sigma: alibi.sigma, permutations: 5000, random: createRandom(vector.name) };
    const tested = mmdTest(reference, current, width, options);
    assertRelative(tested.unbiased, alibi.mmd2, 1e-5, 'mmd2');
    assert.ok(
      Math.abs(tested.pValue - alibi.p_perm_5000) <= 0.02,
      `p ${tested.pValue}, alibi ${alibi.p_perm_5000}`,
    );

    const column = (rows: number[][], feature: number) => rows.map((row) => row[feature] ?? Number.NaN);
    const results = ks.p.map((_, i) =>
      kolmogorovSmirnov(pairSamples(column(vector.reference, i), column(vector.current, i)), 'asymptotic'),
    );
    for (const [i, result] of results.entries()) {
      // alibi-detect answers in single precision.
      assertRelative(result.statistic, ks.D[i] ?? Number.NaN, 1e-6, `D of feature ${i}`);
      assertRelative(result.pValue, ks.p[i] ?? Number.NaN, 1e-6, `p of feature ${i}`);
    }
    const adjusted = bonferroni(results.map((result) => result.pValue));
    assert.equal(adjusted.some((p) => p <= 0.05) ? 1 : 0, ks.bonferroni_drift);
  });
}

function assertRelative(actual: number, expected: number, relative: number, what: string): void {
  const error = Math.abs(actual - expected);
  assert.ok(error <= relative * Math.abs(expected) + 1e-9, `${what}: ${actual}, expected ${expected}`);
}
