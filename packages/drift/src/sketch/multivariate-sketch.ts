import { createRandom } from '@driftloop/stats';
import {
  type CategoricalLayout,
  type FourierLayout,
  isMeasured,
  type MultivariateLayout,
  type SketchLayout,
  unitOf,
} from '../layout/input-layout.ts';
import { createCategoryIndex } from './category-index.ts';
import { mix32 } from './mix32.ts';

/** Every row of a window up to this rank takes part. */
const FIRST_ROWS = 32;
/** After them one row in this many does, chosen by a hash of its rank. */
const ONE_IN = 16;
/** Standardised values are held within ±8 here, so that one outlier does not hide the rest. */
export const LIMIT = 8;

/** Sums of random Fourier features and of reconstruction errors, over a sample of the rows. */
export interface MultivariateSketch {
  /**
   * @param rank decides whether the row is taken: how many of its window came before it in a block
   *   of the log
   */
  add(features: Float32Array, offset: number, rank: number): void;
  /** Rows taken, Fourier sums (2^20), error sum (2^20), sum of its square (2^16). */
  vector(): Float64Array;
}

/**
 * Writes the standardised row into `target`: missing values as the mean, categories as their
 * standardised frequency.
 */
export type Standardise = (features: Float32Array, offset: number, target: Float64Array) => void;

/**
 * Prepares a layout's multivariate part; the function returned creates empty sketches, or none when
 * the layout has no such part. The rows that a sketch takes depend only on their rank, so a chunk
 * sketched again gives the same.
 */
export function multivariateSketches(layout: SketchLayout): () => MultivariateSketch | undefined {
  const { multivariate } = layout;
  if (!multivariate) return () => undefined;
  const width = layout.features.length;
  const standardise = createStandardiser(layout);
  const map = createFourierMap(multivariate, width);
  const errorOf = createReconstruction(multivariate, width);
  return () => createSketch(width, multivariate.frequencies, standardise, map, errorOf);
}

function createSketch(
  width: number,
  count: number,
  standardise: Standardise,
  map: ReturnType<typeof createFourierMap>,
  errorOf: ReturnType<typeof createReconstruction>,
): MultivariateSketch {
  const row = new Float64Array(width);
  const fourier = new Float64Array(count);
  const sums = new Float64Array(count + 3);
  return {
    add(features, offset, rank) {
      if (!isSampled(rank)) return;
      standardise(features, offset, row);
      map(row, fourier);
      sums[0] = (sums[0] ?? 0) + 1;
      for (let i = 0; i < count; i++)
        sums[i + 1] = (sums[i + 1] ?? 0) + Math.round((fourier[i] ?? 0) * 1048576);
      const error = errorOf(row);
      sums[count + 1] = (sums[count + 1] ?? 0) + Math.round(error * 1048576);
      sums[count + 2] = (sums[count + 2] ?? 0) + Math.round(error * error * 65536);
    },
    vector: () => sums,
  };
}

/** Whether a row takes part, by its rank in its window. */
export function isSampled(rank: number): boolean {
  return rank < FIRST_ROWS || mix32(rank) % ONE_IN === 0;
}

/** Creates the standardisation of a layout. */
export function createStandardiser(layout: SketchLayout): Standardise {
  const { features } = layout;
  const codes = features.map((feature) =>
    feature.kind === 'categorical' ? createCodes(feature) : undefined,
  );
  return (values, offset, target) => {
    for (let i = 0; i < features.length; i++) {
      const feature = features[i];
      const value = values[offset + i] ?? Number.NaN;
      let z = 0;
      if (feature !== undefined && isMeasured(feature)) {
        if (!Number.isNaN(value)) z = (value - feature.centre) / unitOf(feature);
      } else if (!Number.isNaN(value)) z = codes[i]?.(value) ?? 0;
      target[i] = Math.min(LIMIT, Math.max(-LIMIT, z));
    }
  };
}

function createCodes({ categories, codes, otherCode }: CategoricalLayout): (value: number) => number {
  const binOf = createCategoryIndex(categories);
  return (value) => codes[binOf(value)] ?? otherCode;
}

/**
 * Random Fourier features of the Gaussian kernel exp(-|x - y|² / (2 bandwidth²)): √2 cos(w·x + b)
 * with w normal and b uniform (Rahimi and Recht 2007). Their mean over rows is the kernel mean
 * embedding that MMD compares.
 */
export function createFourierMap(
  layout: FourierLayout,
  width: number,
): (row: Float64Array, target: Float64Array) => void {
  const random = createRandom(layout.seed);
  const weights = new Float64Array(layout.frequencies * width);
  const phases = new Float64Array(layout.frequencies);
  for (let i = 0; i < weights.length; i++) weights[i] = random.normal() / layout.bandwidth;
  for (let i = 0; i < phases.length; i++) phases[i] = 2 * Math.PI * random.uniform();
  return (row, target) => {
    let at = 0;
    for (let i = 0; i < phases.length; i++) {
      let angle = phases[i] ?? 0;
      for (let j = 0; j < width; j++) angle += (weights[at++] ?? 0) * (row[j] ?? 0);
      target[i] = Math.SQRT2 * Math.cos(angle);
    }
  };
}

/**
 * Distance of a standardised row from the span of the principal components, per square root of the
 * width.
 */
export function createReconstruction(
  layout: MultivariateLayout,
  width: number,
): (row: Float64Array) => number {
  const components = layout.components.map((component) => Float64Array.from(component));
  const scale = 1 / Math.sqrt(width);
  return (row) => {
    let rest = 0;
    for (let j = 0; j < width; j++) rest += (row[j] ?? 0) ** 2;
    for (const component of components) {
      let dot = 0;
      for (let j = 0; j < width; j++) dot += (row[j] ?? 0) * (component[j] ?? 0);
      rest -= dot * dot;
    }
    return Math.sqrt(Math.max(0, rest)) * scale;
  };
}
