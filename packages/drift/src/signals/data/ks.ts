import { isMeasured } from '../../layout/input-layout.ts';
import { kolmogorovSmirnov } from '../statistics/counts.ts';
import { adjusted } from '../statistics/per-feature.ts';
import { percent } from '../statistics/shares.ts';
import { byChance } from '../words.ts';
import { type DataTest, quantityDetail, valueCounts } from './window.ts';

/** Kolmogorov–Smirnov of each numeric feature against the reference. */
export const KS_TEST: DataTest = {
  name: 'ks',
  byDefault: true,
  fingerprint: 2,
  words(item) {
    const { feature, detail, statistic } = item;
    const of = detail ? `values of ${detail}` : `values of ${feature}`;
    const observed = `${of} lie ${percent(statistic)} from the reference's distribution`;
    return byChance(item, observed, percent);
  },
  run(window) {
    const { features } = window.profile.layout;
    const measured = features.filter(isMeasured).length;
    const distances = features.flatMap((feature, i) => {
      if (!isMeasured(feature)) return [];
      const distance = kolmogorovSmirnov(valueCounts(window, i), window.alpha / measured);
      return [{ feature: feature.name, detail: quantityDetail(feature), ...distance }];
    });
    return { findings: adjusted(window, distances) };
  },
};
