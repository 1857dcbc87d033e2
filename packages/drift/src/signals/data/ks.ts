import { kolmogorovSmirnov } from '../counts.ts';
import { adjusted } from '../per-feature.ts';
import { type DataTest, valueCounts } from './window.ts';

/** Kolmogorov–Smirnov of each numeric feature against the reference. */
export const KS_TEST: DataTest = {
  name: 'ks',
  byDefault: true,
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
