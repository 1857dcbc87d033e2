import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DriftloopError } from '@driftloop/errors';
import {
  benjaminiHochberg,
  chiSquareOneSample,
  chiSquareTwoSample,
  createFourierFeatures,
  createRandom,
  equalFrequencyEdges,
  fourierMmd,
  kolmogorovSmirnovOfCounts,
  kolmogorovSmirnovPValue,
  mmd,
  pairCounts,
  pairSamples,
  pooledMedianBandwidth,
  populationStabilityIndex,
  quantiles,
  restoreRandom,
  wassersteinOfHistograms,
} from '../src/index.ts';

const random = createRandom(1);
const features = () => createFourierFeatures(2, 4, 1, random);

const REFUSED: Record<string, () => unknown> = {
  'an empty reference': () => pairSamples([], [1]),
  'an empty current sample': () => pairSamples([1], []),
  'NaN in a sample': () => pairSamples([1, Number.NaN], [1]),
  'infinity in a sample': () => pairSamples([1], [Number.NEGATIVE_INFINITY]),
  'values that do not ascend': () => pairCounts([1, 1], [1, 1], [1, 1]),
  'other numbers of values and counts': () => pairCounts([1, 2, 3], [1, 1], [1, 1]),
  'a negative count': () => chiSquareTwoSample([1, -1], [1, 1]),
  'a side without counts': () => populationStabilityIndex([0, 0], [1, 1]),
  'other numbers of bins': () => kolmogorovSmirnovOfCounts([1], [1, 2]),
  'an empty share of 0': () => populationStabilityIndex([1, 0], [1, 1], 0),
  'no bins': () => chiSquareOneSample([], []),
  'a share of bins': () => equalFrequencyEdges([1, 2], 2.5),
  'an empty sample of quantiles': () => quantiles([], [0.5]),
  'a probability above 1': () => quantiles([1], [1.5]),
  'a p-value of NaN': () => benjaminiHochberg([Number.NaN]),
  'a D above 1': () => kolmogorovSmirnovPValue(1.1, 10, 10),
  'edges that do not ascend': () => wassersteinOfHistograms([0, 1, 1], [1, 1], [1, 1]),
  'too few edges': () => wassersteinOfHistograms([0, 1], [1, 1], [1, 1]),
  'rows of another width': () => mmd([1, 2, 3], [1, 2, 3, 4], 2, 1),
  'one row': () => mmd([1, 2], [1, 2, 3, 4], 2, 1),
  'NaN in a row': () => mmd([1, 2, 3, Number.NaN], [1, 2, 3, 4], 2, 1),
  'a bandwidth of 0': () => mmd([1, 2, 3, 4], [1, 2, 3, 4], 2, 0),
  'more rows than fit': () => mmd(new Float64Array(8192), new Float64Array(2), 1, 1),
  'infinity in a row': () =>
    fourierMmd([1, 2, 3, 4], [1, 2, 3, Number.POSITIVE_INFINITY], features(), { permutations: 9, random }),
  'a bandwidth that is not finite': () => createFourierFeatures(2, 4, Number.POSITIVE_INFINITY, random),
  'no row to take a bandwidth of': () => pooledMedianBandwidth([], [1], 1),
  'a seed that is no integer': () => createRandom(0.5),
  'a random bound of 0': () => random.integer(0),
  'a random state of zeros': () => restoreRandom({ words: [0, 0, 0, 0], spare: null }),
};

for (const [what, act] of Object.entries(REFUSED)) {
  test(`${what} is refused with DATA_INVALID`, () => {
    assert.throws(act, (error) => error instanceof DriftloopError && error.code === 'DATA_INVALID');
  });
}

test('single values, constants and one category have an answer', () => {
  assert.equal(kolmogorovSmirnovOfCounts([5], [7]).pValue, 1);
  assert.deepEqual(chiSquareTwoSample([5], [7]), { statistic: 0, pValue: 1, degrees: 0 });
  assert.deepEqual(chiSquareTwoSample([5, 0], [7, 0]), { statistic: 0, pValue: 1, degrees: 0 });
  assert.deepEqual(chiSquareOneSample([3, 1], [1, 0]), {
    statistic: Number.POSITIVE_INFINITY,
    pValue: 0,
    degrees: 1,
  });
  assert.equal(pooledMedianBandwidth([1, 1], [1], 1), 0);
  assert.equal(mmd([1, 1], [1, 1], 1, 1).unbiased, 0);
  assert.deepEqual([...quantiles([3], [0, 0.5, 1])], [3, 3, 3]);
  assert.deepEqual([...pairSamples([-0], [0]).values], [0]);
});
