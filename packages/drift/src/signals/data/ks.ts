import { kolmogorovSmirnov } from '../statistics/counts.ts';
import { adjusted } from '../statistics/per-feature.ts';
import { percent } from '../statistics/shares.ts';
import { byChance } from '../words.ts';
import { type DataTest, valueCounts } from './window.ts';

/** Kolmogorov–Smirnov of each numeric feature against the reference. */
export const KS_TEST: DataTest = {
  name: 'ks',
  byDefault: true,
  fingerprint: 2,
  words(item) {
    const { feature, statistic } = item;
    const observed = `values of ${feature} lie ${percent(statistic)} from the reference's distribution`;
    return byChance(item, observed, percent);
  },
  run(window) {
    const { features } = window.profile.layout;
    const numeric = features.filter(({ kind }) => kind === 'numeric').length;
    const distances = features.flatMap(({ name, kind }, i) =>
      kind === 'numeric'
        ? [{ feature: name, ...kolmogorovSmirnov(valueCounts(window, i), window.alpha / numeric) }]
        : [],
    );
    return { findings: adjusted(window, distances) };
  },
};
