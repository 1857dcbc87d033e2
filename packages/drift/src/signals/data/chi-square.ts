import { chiSquare } from '../statistics/counts.ts';
import { adjusted, type FeatureDistance } from '../statistics/per-feature.ts';
import { joinRare } from '../statistics/rare.ts';
import { largestMove } from '../statistics/shares.ts';
import { shares } from '../words.ts';
import { joinUnseen, unseenShift } from './unseen.ts';
import { allCounts, type DataTest } from './window.ts';

/** Bins after those of the categories that the reference has. */
const OTHERS = ['a category never seen', 'missing', 'a value that is not finite'];
/**
 * The shares of known categories, and that of categories never seen, each have half of the test's
 * alpha.
 */
const PARTS = 2;

/**
 * Chi-square of each categorical feature against the reference, rare categories joined; beside it,
 * whether categories that the reference has not come more often than its own rare ones let expect.
 * In a long tail every window has some.
 */
export const CHI_SQUARE_TEST: DataTest = {
  name: 'chi2',
  byDefault: true,
  words: (item) => shares(item, `the categories of ${item.feature} come in other shares`),
  run(window) {
    const { features } = window.profile.layout;
    const categorical = features.filter(({ kind }) => kind === 'categorical').length;
    const distances = features.flatMap((feature, i): FeatureDistance[] => {
      if (feature.kind !== 'categorical') return [];
      const { name, categories, names } = feature;
      const alpha = window.alpha / categorical / PARTS;
      const counts = allCounts(window, i);
      const unseen = unseenShift(window, i, feature, counts, alpha);
      const joined = joinUnseen(feature, counts);
      const known = chiSquare(joinRare(joined), alpha);
      if (unseen.pValue < known.pValue) return [{ feature: name, ...unseen, ...ofBoth(unseen) }];
      const parts = [...categories.map((category, bin) => `category ${names?.[bin] ?? category}`), ...OTHERS];
      const lacking = { bin: categories.length, share: unseen.share };
      const detail = largestMove(joined, parts, name, lacking);
      return [{ feature: name, detail, ...known, ...ofBoth(known) }];
    });
    return { findings: adjusted(window, distances) };
  },
};

function ofBoth({ pValue }: { readonly pValue: number }): { pValue: number } {
  return { pValue: Math.min(1, PARTS * pValue) };
}
