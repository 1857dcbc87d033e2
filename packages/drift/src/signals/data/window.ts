import { type FeatureLayout, quantityOf, shapeOf } from '../../layout/input-layout.ts';
import type { IntegerVector } from '../../sketch/integer-vector.ts';
import { type CountPair, totalOf } from '../statistics/counts.ts';
import type { TestedWindow, WindowTest } from '../window-test.ts';

export type DataWindow = TestedWindow<IntegerVector>;
export type DataTest = WindowTest<IntegerVector>;

/** What is measured of a feature where that is not its value; empty where it is. */
export function quantityDetail(feature: FeatureLayout): string {
  const quantity = quantityOf(feature);
  return quantity === feature.name ? '' : quantity;
}

/** Reference and window counts of one feature, without its missing and not finite values. */
export function valueCounts(window: DataWindow, feature: number): CountPair {
  return slice(window, feature, 0);
}

/** The same with two more bins for missing and not finite values. */
export function allCounts(window: DataWindow, feature: number): CountPair {
  return slice(window, feature, 2);
}

function slice(window: DataWindow, feature: number, extra: 0 | 2): CountPair {
  const { profile, content } = window;
  const shape = shapeOf(profile.layout);
  const from = shape.firstBin[feature] ?? 0;
  const bins = (shape.bins[feature] ?? 0) + extra;
  const reference = profile.features[feature] ?? { counts: [], dispersion: 1 };
  const counts = content.subarray(from, from + bins);
  return {
    reference: reference.counts.slice(0, bins),
    window: counts,
    effective: totalOf(counts) / reference.dispersion,
  };
}
