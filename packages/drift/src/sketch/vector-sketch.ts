import type { EmbeddingLayout, FourierLayout } from '../layout/input-layout.ts';
import type { FeatureSums } from './feature-sums.ts';
import { createFourierMap, isSampled, LIMIT } from './multivariate-sketch.ts';

/** Fractional bits of the sums of Fourier features. */
const ONE = 2 ** 20;

/**
 * Prepares the sums of random Fourier features of an embedding, over a sample of the rows.
 *
 * @param at first number of the vector in a row
 */
export function vectorSketches(
  layout: EmbeddingLayout,
  fourier: FourierLayout,
  at: number,
): () => FeatureSums {
  const { size } = layout;
  const map = createFourierMap(fourier, size);
  const standardise = createVectorStandardiser(layout);
  return () => {
    const row = new Float64Array(size);
    const mapped = new Float64Array(fourier.frequencies);
    const sums = new Float64Array(fourier.frequencies + 1);
    return {
      add(features, offset, rank) {
        if (!isSampled(rank) || !standardise(features, offset + at, row)) return;
        map(row, mapped);
        sums[0] = (sums[0] ?? 0) + 1;
        for (let i = 0; i < mapped.length; i++)
          sums[i + 1] = (sums[i + 1] ?? 0) + Math.round((mapped[i] ?? 0) * ONE);
      },
      vector: () => sums,
    };
  };
}

/**
 * Writes a vector in standard deviations of the reference, each number held within ±8.
 * @returns false where a number of it is missing or not finite
 */
export function createVectorStandardiser({
  size,
  means,
  deviations,
}: Pick<EmbeddingLayout, 'size' | 'means' | 'deviations'>): (
  features: Float32Array,
  at: number,
  target: Float64Array,
) => boolean {
  const mean = Float64Array.from(means);
  const inverse = Float64Array.from(deviations, (deviation) => 1 / deviation);
  return (features, at, target) => {
    for (let j = 0; j < size; j++) {
      const z = ((features[at + j] ?? Number.NaN) - (mean[j] ?? 0)) * (inverse[j] ?? 0);
      if (!Number.isFinite(z)) return false;
      target[j] = Math.min(LIMIT, Math.max(-LIMIT, z));
    }
    return true;
  };
}
