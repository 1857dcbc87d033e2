import { isMeasured, shapeOf } from '../../layout/input-layout.ts';
import { SUM_BITS } from '../../sketch/data-sketch.ts';
import { totalOf } from '../statistics/counts.ts';
import { meanShift } from '../statistics/mean-shift.ts';
import { adjusted } from '../statistics/per-feature.ts';
import { limitAs, rounded } from '../words.ts';
import { type DataTest, quantityDetail, valueCounts } from './window.ts';

/** A reference in its own layout. */
const STANDARD = { mean: 0, std: 1 };
/**
 * Resolution of a sketch's sums. A spread needs no other floor: it is measured in standard
 * deviations of the layout.
 */
const LEAST = 2 ** -SUM_BITS;

/**
 * Shift of each numeric feature's mean, in standard deviations of the reference and with its sign.
 * Less powerful than KS, but the shifts of a window are its fingerprint: windows with like shifts
 * resemble each other.
 */
export const MEAN_TEST: DataTest = {
  name: 'mean',
  byDefault: true,
  fingerprint: 1,
  words(item) {
    const { feature, detail, statistic, expected } = item;
    const from = expected ?? 0;
    return {
      observed: `the mean of ${detail || feature} moved by ${signed(statistic - from)} standard deviations`,
      expected: '0 expected',
      limit: limitAs(item, (threshold) => signed(threshold - from)),
    };
  },
  run(window) {
    const { features } = window.profile.layout;
    const { sums } = shapeOf(window.profile.layout);
    const distances = features.flatMap((feature, i) => {
      if (!isMeasured(feature)) return [];
      const { reference, window: counts } = valueCounts(window, i);
      const n = totalOf(counts);
      const mean = n > 0 ? (window.content[sums + 2 * i] ?? 0) / 2 ** SUM_BITS / n : 0;
      const { dispersion = 1, standardised = STANDARD } = window.profile.features[i] ?? {};
      const moments = { ...standardised, rows: totalOf(reference), dispersion };
      const shift = meanShift(moments, mean, n, 'both', window.alpha / features.length, LEAST);
      return [{ feature: feature.name, detail: quantityDetail(feature), ...shift }];
    });
    return { findings: adjusted(window, distances) };
  },
};

function signed(value: number): string {
  return value > 0 ? `+${rounded(value)}` : rounded(value);
}
