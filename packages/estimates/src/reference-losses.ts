import type { MetricReference } from './cbpe.ts';

/** Losses of a regression that can be estimated without labels. */
export const LOSSES = ['mae', 'mse', 'rmse'] as const;

/** A loss's name. */
export type LossName = (typeof LOSSES)[number];

/**
 * How large each loss was on answers with their truth, and how it varies between their chunks:
 * `lower` and `upper` lie 3 standard deviations from the mean of the chunks, as for NannyML.
 *
 * @param errors answer less truth, per row, in order of time
 */
export function referenceLosses(
  errors: ArrayLike<number>,
  chunkSize: number,
): Readonly<Record<LossName, MetricReference>> {
  const absolute = Float64Array.from(errors, Math.abs);
  const squared = Float64Array.from(errors, (error) => error * error);
  const roots = chunkMeans(squared, chunkSize).map(Math.sqrt);
  const root = Math.sqrt(meanOf(squared));
  return {
    mae: { ...limits(chunkMeans(absolute, chunkSize)), unitError: deviation(absolute) },
    mse: { ...limits(chunkMeans(squared, chunkSize)), unitError: deviation(squared) },
    // The square root of a mean varies as the mean does, over twice itself.
    rmse: { ...limits(roots), unitError: root > 0 ? deviation(squared) / (2 * root) : 0 },
  };
}

function chunkMeans(values: Float64Array, chunkSize: number): Float64Array {
  const chunks: number[] = [];
  for (let start = 0; start < values.length; start += chunkSize)
    chunks.push(meanOf(values.subarray(start, start + chunkSize)));
  return Float64Array.from(chunks);
}

function limits(means: Float64Array): { lower: number; upper: number } {
  const spread = 3 * deviation(means);
  const center = meanOf(means);
  return { lower: Math.max(0, center - spread), upper: center + spread };
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length === 0 ? 0 : sum / values.length;
}

function deviation(values: Float64Array): number {
  const center = meanOf(values);
  let squares = 0;
  for (const value of values) squares += (value - center) ** 2;
  return values.length === 0 ? 0 : Math.sqrt(squares / values.length);
}
