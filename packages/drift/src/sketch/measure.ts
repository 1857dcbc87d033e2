import { slotsOf } from '@driftloop/spec';
import type { EmbeddingLayout, FeatureLayout } from '../layout/input-layout.ts';

/**
 * Writes what is counted of a row, one number per feature: values and categories as they are, of a
 * vector its distance from the reference's mean, of a text its length. NaN where it is missing.
 */
export type Measure = (
  features: Float32Array,
  offset: number,
  texts: readonly string[],
  target: Float32Array,
) => void;

/** Creates the measure of a layout's features; undefined where rows are counted as they are. */
export function createMeasure(features: readonly FeatureLayout[]): Measure | undefined {
  if (features.every(({ kind }) => kind === 'numeric' || kind === 'categorical')) return undefined;
  const { starts } = slotsOf(features);
  const vectors = features.map((feature) =>
    feature.kind === 'embedding' ? createVectorMeasure(feature) : undefined,
  );
  const isText = features.map(({ kind }) => kind === 'text');
  return (row, offset, texts, target) => {
    for (let i = 0; i < starts.length; i++) {
      const at = offset + (starts[i] ?? 0);
      const value = row[at] ?? Number.NaN;
      if (isText[i]) target[i] = Number.isFinite(value) ? lengthOf(texts[value] ?? '') : value;
      else target[i] = vectors[i]?.(row, at) ?? value;
    }
  };
}

/**
 * Root mean square of a vector's numbers, each in standard deviations of the reference: about 1 for
 * its own. NaN or infinite where a number of it is.
 */
function createVectorMeasure({
  size,
  means,
  deviations,
}: Pick<EmbeddingLayout, 'size' | 'means' | 'deviations'>): (row: Float32Array, at: number) => number {
  const mean = Float64Array.from(means);
  const inverse = Float64Array.from(deviations, (deviation) => 1 / deviation);
  return (row, at) => {
    let squares = 0;
    for (let j = 0; j < size; j++) {
      const z = ((row[at + j] ?? 0) - (mean[j] ?? 0)) * (inverse[j] ?? 0);
      squares += z * z;
    }
    return Math.sqrt(squares / size);
  };
}

/** Characters, as people count them but for what is put together of several: code points. */
function lengthOf(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    // The first half of a pair.
    if ((text.charCodeAt(i) & 0xfc00) === 0xd800) length--;
  }
  return length;
}
