import { slotsOf } from '@driftloop/spec';
import type { FeatureLayout } from '../layout/input-layout.ts';
import type { FeatureSums } from './feature-sums.ts';
import { vectorSketches } from './vector-sketch.ts';
import { wordSketches } from './word-sketch.ts';

/** Prepares the own parts of a layout; the function returned creates empty sketches. */
export function ownSketches(features: readonly FeatureLayout[]): () => readonly FeatureSums[] {
  const { starts } = slotsOf(features);
  const creators = features.flatMap((feature, i): (() => FeatureSums)[] => {
    const at = starts[i] ?? 0;
    if (feature.kind === 'embedding' && feature.fourier)
      return [vectorSketches(feature, feature.fourier, at)];
    return feature.kind === 'text' ? [wordSketches(feature, at)] : [];
  });
  return () => creators.map((create) => create());
}
