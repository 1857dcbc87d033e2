import { chiSquare } from '../counts.ts';
import { adjusted, type FeatureDistance } from '../per-feature.ts';
import { largestMove } from '../shares.ts';
import { allCounts, type DataTest } from './window.ts';

/** Bins after those of the categories that the reference has. */
const OTHERS = ['a category never seen', 'missing', 'a value that is not finite'];

/** Chi-square of each categorical feature against the reference; a category never seen counts as one of its own. */
export const CHI_SQUARE_TEST: DataTest = {
  name: 'chi2',
  byDefault: true,
  run(window) {
    const { features } = window.profile.layout;
    const categorical = features.filter(({ kind }) => kind === 'categorical').length;
    const distances = features.flatMap((feature, i): FeatureDistance[] => {
      if (feature.kind !== 'categorical') return [];
      const counts = allCounts(window, i);
      const known = feature.categories.map((category) => `category ${category}`);
      const detail = largestMove(counts, [...known, ...OTHERS], feature.name);
      return [{ feature: feature.name, detail, ...chiSquare(counts, window.alpha / categorical) }];
    });
    return { findings: adjusted(window, distances) };
  },
};
