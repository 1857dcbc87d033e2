import { type Finding, findingOf } from '../window-test.ts';
import { type Distance, holm } from './counts.ts';

/** One feature's distance, before the number of features is accounted for. */
export interface FeatureDistance extends Distance {
  readonly feature: string;
  readonly detail?: string;
}

/** Findings whose p-values are adjusted for the number of features by Holm's method. */
export function adjusted(
  window: { readonly alpha: number },
  distances: readonly FeatureDistance[],
): Finding[] {
  const pValues = holm(distances.map(({ pValue }) => pValue));
  return distances.map((distance, i) => findingOf(window, { ...distance, pValue: pValues[i] ?? 1 }));
}
