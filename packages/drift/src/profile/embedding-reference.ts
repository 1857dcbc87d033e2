import type { FeatureSpec } from '@driftloop/schemas';
import type { EmbeddingLayout } from '../layout/input-layout.ts';
import { createMeasure } from '../sketch/measure.ts';
import { createFourierMap } from '../sketch/multivariate-sketch.ts';
import { createVectorStandardiser } from '../sketch/vector-sketch.ts';
import type { Block } from './dispersion.ts';
import { measuredLayout } from './feature-reference.ts';
import { type FeatureRows, presentBlocks } from './feature-rows.ts';
import { kernelReference, medianDistance } from './kernel-reference.ts';
import { FREQUENCIES } from './multivariate-reference.ts';
import type { KernelReference } from './reference-profile.ts';

const SEED = 2;
/** Rows that the bandwidth is fitted to. */
const FITTED_ROWS = 2_000;
/** Rows that the Fourier features are described with: of more, windows learn no more. */
const DESCRIBED_ROWS = 20_000;

/** How an embedding is counted, from the rows of a reference; missing vectors are left out. */
export function embeddingLayout({ name, size = 0 }: FeatureSpec, data: FeatureRows): EmbeddingLayout {
  const { means, deviations } = momentsByNumber(data, size);
  const vectors = { kind: 'embedding', name, size, means, deviations } as const;
  const measure = createMeasure([{ ...vectors, edges: [], centre: 0, scale: 1, fourier: null }]);
  const distances = new Float32Array(data.rows);
  for (let row = 0; row < data.rows; row++)
    measure?.(data.features, row * data.width + data.at, [], distances.subarray(row, row + 1));
  const { vectors: sample } = standardisedVectors(vectors, data, FITTED_ROWS);
  const bandwidth = sample.length > 0 ? medianDistance(sample, size, SEED) : 0;
  const fourier = bandwidth > 0 ? { seed: SEED, frequencies: FREQUENCIES, bandwidth } : null;
  return { ...vectors, ...measuredLayout(name, distances), fourier };
}

/** What the kernel means of windows are compared with; undefined without vectors that differ. */
export function embeddingReference(
  layout: EmbeddingLayout,
  data: FeatureRows,
  blocks: readonly Block[],
): KernelReference | undefined {
  const { size, fourier } = layout;
  if (!fourier) return undefined;
  const { vectors, rows } = standardisedVectors(layout, data, DESCRIBED_ROWS);
  if (rows.length === 0) return undefined;
  const map = createFourierMap(fourier, size);
  const count = fourier.frequencies;
  const mapped = new Float64Array(rows.length * count);
  for (let i = 0; i < rows.length; i++)
    map(vectors.subarray(i * size, (i + 1) * size), mapped.subarray(i * count, (i + 1) * count));
  return kernelReference(mapped, count, presentBlocks(blocks, rows));
}

/** Vectors of evenly chosen rows, `most` at most, and which rows these are. */
function standardisedVectors(
  layout: Pick<EmbeddingLayout, 'size' | 'means' | 'deviations'>,
  { rows, width, features, at }: FeatureRows,
  most: number,
): { readonly vectors: Float64Array; readonly rows: readonly number[] } {
  const { size } = layout;
  const count = Math.min(rows, most);
  const standardise = createVectorStandardiser(layout);
  const vectors = new Float64Array(count * size);
  const present: number[] = [];
  for (let i = 0; i < count; i++) {
    const row = Math.floor((i * rows) / count);
    const target = vectors.subarray(present.length * size, (present.length + 1) * size);
    if (standardise(features, row * width + at, target)) present.push(row);
  }
  return { vectors: vectors.subarray(0, present.length * size), rows: present };
}

function momentsByNumber({ rows, width, features, at }: FeatureRows, size: number) {
  const means = new Array<number>(size).fill(0);
  const squares = new Array<number>(size).fill(0);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const vector = features.subarray(row * width + at, row * width + at + size);
    if (!vector.every(Number.isFinite)) continue;
    count++;
    vector.forEach((value, j) => {
      const step = value - (means[j] ?? 0);
      means[j] = (means[j] ?? 0) + step / count;
      squares[j] = (squares[j] ?? 0) + step * (value - (means[j] ?? 0));
    });
  }
  const deviations = squares.map((sum) => Math.sqrt(sum / Math.max(1, count)) || 1);
  return { means, deviations };
}
