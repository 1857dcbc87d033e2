import {
  type FeatureLayout,
  type MultivariateLayout,
  type SketchLayout,
  sealLayout,
} from '../layout/input-layout.ts';
import { createFourierMap, createReconstruction, createStandardiser } from '../sketch/multivariate-sketch.ts';
import { type Block, momentsOf } from './dispersion.ts';
import { covarianceOf, kernelReference, medianDistance } from './kernel-reference.ts';
import { principalComponents } from './principal-components.ts';
import type { MultivariateReference } from './reference-profile.ts';

/** Random Fourier features: of more, a mean over few rows tells no more. */
export const FREQUENCIES = 64;
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
const SEED = 1;

/** Fits bandwidth and components; null when no feature varies. */
export function multivariateLayout(
  features: readonly FeatureLayout[],
  rows: number,
  data: Float32Array,
): MultivariateLayout | null {
  const width = features.length;
  const sample = standardisedRows(sealLayout({ features, multivariate: null }), rows, data, FITTED_ROWS);
  const bandwidth = medianDistance(sample, width, SEED);
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
  return { ...kernelReference(fourier, count, blocks), reconstruction: momentsOf(errors, blocks) };
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
