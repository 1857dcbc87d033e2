import { chiSquare } from '../counts.ts';
import { adjusted } from '../per-feature.ts';
import { allCounts, type DataTest } from './window.ts';

/** Chi-square of each categorical feature against the reference; a category never seen counts as one of its own. */
export const CHI_SQUARE_TEST: DataTest = {
  name: 'chi2',
  byDefault: true,
  run(window) {
    const { features } = window.profile.layout;
    const categorical = features.filter(({ kind }) => kind === 'categorical').length;
    const distances = features.flatMap(({ name, kind }, i) =>
      kind === 'categorical'
        ? [{ feature: name, ...chiSquare(allCounts(window, i), window.alpha / categorical) }]
        : [],
    );
    return { findings: adjusted(window, distances) };
  },
};
