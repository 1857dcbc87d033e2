import { createRandom } from '@driftloop/stats';
import { type Block, dispersionOf } from './dispersion.ts';
import type { KernelReference } from './reference-profile.ts';

/** Pairs of rows whose median distance is the bandwidth. */
const PAIRS = 2000;

/**
 * Describes rows of random Fourier features: what means of windows are compared with.
 *
 * @param fourier row-major, rows × count
 */
export function kernelReference(
  fourier: Float64Array,
  count: number,
  blocks: readonly Block[],
): KernelReference {
  const rows = fourier.length / count;
  const mean = meanOf(fourier, count);
  const covariance = covarianceOf(fourier, count);
  let trace = 0;
  let traceSquare = 0;
  for (let i = 0; i < count; i++) trace += covariance[i * count + i] ?? 0;
  for (const value of covariance) traceSquare += value * value;
  const ratios = blocks.map(({ from, to }) => {
    const blockMean = meanOf(fourier.subarray(from * count, to * count), count);
    const distance = blockMean.reduce((sum, value, i) => sum + (value - (mean[i] ?? 0)) ** 2, 0);
    return distance / (trace * (1 / (to - from) - 1 / rows));
  });
  return { rows, mean: [...mean], trace, traceSquare, dispersion: dispersionOf(ratios) };
}

/** Median distance of pairs of rows, drawn at random: a bandwidth. */
export function medianDistance(sample: Float64Array, width: number, seed: number): number {
  const rows = sample.length / width;
  const random = createRandom(seed);
  const distances = Float64Array.from({ length: PAIRS }, () => {
    const a = random.integer(rows) * width;
    const b = random.integer(rows) * width;
    let sum = 0;
    for (let j = 0; j < width; j++) sum += ((sample[a + j] ?? 0) - (sample[b + j] ?? 0)) ** 2;
    return Math.sqrt(sum);
  }).sort();
  const median = distances[PAIRS / 2] ?? 0;
  // More than half of the pairs may be equal rows; their mean distance is still a scale.
  return median > 0 ? median : distances.reduce((sum, value) => sum + value, 0) / PAIRS;
}

function meanOf(matrix: Float64Array, width: number): Float64Array {
  const mean = new Float64Array(width);
  for (let i = 0; i < matrix.length; i++) mean[i % width] = (mean[i % width] ?? 0) + (matrix[i] ?? 0);
  return mean.map((sum) => (sum * width) / matrix.length);
}

/** Covariance of columns, width × width, row-major. */
export function covarianceOf(matrix: Float64Array, width: number): Float64Array {
  const rows = matrix.length / width;
  const mean = meanOf(matrix, width);
  const covariance = new Float64Array(width * width);
  const centred = new Float64Array(width);
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < width; j++) centred[j] = (matrix[row * width + j] ?? 0) - (mean[j] ?? 0);
    for (let i = 0; i < width; i++) {
      const value = (centred[i] ?? 0) / rows;
      for (let j = 0; j < width; j++) {
        covariance[i * width + j] = (covariance[i * width + j] ?? 0) + value * (centred[j] ?? 0);
      }
    }
  }
  return covariance;
}
