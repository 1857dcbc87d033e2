import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createFourierFeatures,
  createRandom,
  fourierMmd,
  mmd,
  mmdTest,
  pooledMedianBandwidth,
  type Random,
} from '../src/index.ts';

function rows(random: Random, count: number, width: number, shift = 0): Float64Array {
  return Float64Array.from({ length: count * width }, () => random.normal() + shift);
}

test('random Fourier features estimate the kernel and the biased MMD', () => {
  const random = createRandom('features');
  const reference = rows(random, 300, 4);
  const current = rows(random, 250, 4, 0.5);
  const sigma = pooledMedianBandwidth(reference, current, 4);
  const exact = mmd(reference, current, 4, sigma).biased;
  const features = createFourierFeatures(4, 4000, sigma, random);
  const { biased } = fourierMmd(reference, current, features, { permutations: 1, random });
  assert.ok(Math.abs(biased / exact - 1) < 0.15, `${biased}, exact ${exact}`);
});

test('permutation p-values are valid under the null and small under a shift, exact and over features', () => {
  const random = createRandom('permutations');
  const counts = { exact: 0, fourier: 0 };
  const runs = 300;
  for (let run = 0; run < runs; run++) {
    const reference = rows(random, 30, 3);
    const current = rows(random, 25, 3);
    const features = createFourierFeatures(3, 20, 1.5, random);
    if (mmdTest(reference, current, 3, { sigma: 1.5, permutations: 39, random }).pValue <= 0.1)
      counts.exact++;
    if (fourierMmd(reference, current, features, { permutations: 39, random, blocks: 20 }).pValue <= 0.1)
      counts.fourier++;
  }
  // 30 expected, standard deviation 5.2.
  assert.ok(counts.exact <= 53 && counts.exact >= 10, `${counts.exact}`);
  assert.ok(counts.fourier <= 53 && counts.fourier >= 10, `${counts.fourier}`);
  const reference = rows(random, 400, 3);
  const moved = rows(random, 400, 3, 0.4);
  const features = createFourierFeatures(3, 64, 1.5, random);
  assert.equal(fourierMmd(reference, moved, features, { permutations: 99, random }).pValue, 0.01);
  assert.equal(mmdTest(reference, moved, 3, { sigma: 1.5, permutations: 99, random }).pValue, 0.01);
});

test('the same seed gives the same p-value', () => {
  const data = createRandom(1);
  const reference = rows(data, 50, 2);
  const current = rows(data, 50, 2);
  const answer = () => {
    const random = createRandom(9);
    const features = createFourierFeatures(2, 16, 1, random);
    return fourierMmd(reference, current, features, { permutations: 50, random });
  };
  assert.deepEqual(answer(), answer());
});
