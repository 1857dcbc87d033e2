import { createRandom } from '@driftloop/stats';
import {
  type FeatureLayout,
  type MultivariateLayout,
  type SketchLayout,
  sealLayout,
} from '../layout/input-layout.ts';
import { createFourierMap, createReconstruction, createStandardiser } from '../sketch/multivariate-sketch.ts';
import { type Block, dispersionOf, momentsOf } from './dispersion.ts';
import { principalComponents } from './principal-components.ts';
import type { MultivariateReference } from './reference-profile.ts';

const FREQUENCIES = 64;
/**
 * Share of the variance that the components carry, as NannyML's reconstruction error has it by
 * default.
 */
const CARRIED = 0.65;
/**
 * Beyond this width the eigenvectors cost more than they tell; the reconstruction error is then the
 * length of the row.
 */
const WIDEST = 128;
/** Rows that fit the components and the bandwidth. */
const FITTED_ROWS = 5000;
/** Pairs of rows whose median distance is the bandwidth. */
const PAIRS = 2000;
const SEED = 1;

/** Fits bandwidth and components; null when no feature varies. */
export function multivariateLayout(
  features: readonly FeatureLayout[],
  rows: number,
  data: Float32Array,
): MultivariateLayout | null {
  const width = features.length;
  const sample = standardisedRows(sealLayout({ features, multivariate: null }), rows, data, FITTED_ROWS);
  const bandwidth = medianDistance(sample, width);
  if (!(bandwidth > 0)) return null;
  const components = width > WIDEST ? [] : principalComponents(covarianceOf(sample, width), width, CARRIED);
  return { seed: SEED, frequencies: FREQUENCIES, bandwidth, components };
}

/** What the windows' kernel means and reconstruction errors are compared with. */
export function multivariateReference(
  layout: SketchLayout,
  rows: number,
  data: Float32Array,
  blocks: readonly Block[],
): MultivariateReference | null {
  if (!layout.multivariate) return null;
  const width = layout.features.length;
  const count = layout.multivariate.frequencies;
  const all = standardisedRows(layout, rows, data, rows);
  const map = createFourierMap(layout.multivariate, width);
  const errorOf = createReconstruction(layout.multivariate, width);
  const errors = new Float64Array(rows);
  const fourier = new Float64Array(rows * count);
  for (let i = 0; i < rows; i++) {
    const row = all.subarray(i * width, (i + 1) * width);
    map(row, fourier.subarray(i * count, (i + 1) * count));
    errors[i] = errorOf(row);
  }
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
  return {
    rows,
    mean: [...mean],
    trace,
    traceSquare,
    dispersion: dispersionOf(ratios),
    reconstruction: momentsOf(errors, blocks),
  };
}

function standardisedRows(
  layout: SketchLayout,
  rows: number,
  data: Float32Array,
  most: number,
): Float64Array {
  const width = layout.features.length;
  const count = Math.min(rows, most);
  const standardise = createStandardiser(layout);
  const sample = new Float64Array(count * width);
  for (let i = 0; i < count; i++) {
    const row = Math.floor((i * rows) / count);
    standardise(data, row * width, sample.subarray(i * width, (i + 1) * width));
  }
  return sample;
}

function medianDistance(sample: Float64Array, width: number): number {
  const rows = sample.length / width;
  const random = createRandom(SEED);
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

function covarianceOf(matrix: Float64Array, width: number): Float64Array {
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
