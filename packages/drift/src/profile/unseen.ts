import type { CategoricalLayout } from '../layout/input-layout.ts';
import { otherBin } from '../sketch/category-index.ts';
import type { CountReference, UnseenReference } from './reference-profile.ts';

/** Rows of a category that lie all within this part of the reference may be one visit. */
const VISIT = 1 / 64;

/**
 * The shares of rows whose category the layout lacks, by the bin that they have. When the layout
 * has all categories of the reference none of its rows has another one, and yet the share is not 0:
 * it is about as large as that of rows whose category comes once (Good 1953, "The population
 * frequencies of species and the estimation of population parameters"), here once or in one visit.
 * Its error is Esty's (1983, "A normal limit law for a nonparametric estimator of the coverage of a
 * random sample"): the variance of that number of rows, and twice the categories that come twice. A
 * layout that was made for an older reference lacks some of this one's categories; then such rows
 * have been counted.
 *
 * @param bins bin of each row of the reference, in order of time
 */
export function unseenByBin(
  layout: CategoricalLayout,
  { counts, dispersion }: CountReference,
  bins: Int32Array,
): UnseenReference[] {
  if (!isOwn(layout, counts)) return countedByBin(layout, counts, dispersion);
  const first = new Int32Array(layout.categories.length).fill(-1);
  const last = new Int32Array(layout.categories.length);
  bins.forEach((bin, row) => {
    if (bin >= first.length) return;
    if ((first[bin] ?? 0) < 0) first[bin] = row;
    last[bin] = row;
  });
  const visit = VISIT * bins.length;
  return expectedByBin(layout, counts, (bin) => (last[bin] ?? 0) - (first[bin] ?? 0) < visit);
}

/** The same from counts alone, for profiles that are older than this knowledge. */
export function unseenOfCounts(
  layout: CategoricalLayout,
  { counts, dispersion }: CountReference,
): UnseenReference[] {
  return isOwn(layout, counts)
    ? expectedByBin(layout, counts, (bin) => counts[bin] === 1)
    : countedByBin(layout, counts, dispersion);
}

/** Of all bins together. Their errors are independent. */
export function inAllBins(bins: readonly UnseenReference[]): UnseenReference {
  const [only] = bins;
  if (only && bins.length === 1) return only;
  const share = bins.reduce((sum, bin) => sum + bin.share, 0);
  const variance = bins.reduce((sum, bin) => sum + (bin.share * (1 - bin.share)) / bin.rows, 0);
  const weighted = bins.reduce((sum, bin) => sum + bin.share * bin.dispersion, 0);
  const least = Math.min(...bins.map(({ rows }) => rows));
  return {
    share,
    rows: variance > 0 ? (share * (1 - share)) / variance : least,
    dispersion: share > 0 ? weighted / share : 1,
  };
}

function isOwn({ categories, others = 1 }: CategoricalLayout, counts: readonly number[]): boolean {
  const known = counts.slice(0, categories.length);
  const lacking = counts.slice(categories.length, categories.length + others);
  return !known.includes(0) && lacking.every((count) => count === 0);
}

function countedByBin(
  { categories, others = 1 }: CategoricalLayout,
  counts: readonly number[],
  dispersion: number,
): UnseenReference[] {
  const rows = counts.reduce((sum, count) => sum + count, 0);
  return counts
    .slice(categories.length, categories.length + others)
    .map((count) => ({ share: count / Math.max(1, rows), rows: rows / dispersion, dispersion }));
}

function expectedByBin(
  { categories, others = 1 }: CategoricalLayout,
  counts: readonly number[],
  isOneVisit: (category: number) => boolean,
): UnseenReference[] {
  const total = Math.max(
    1,
    counts.reduce((sum, count) => sum + count, 0),
  );
  const once = new Float64Array(others);
  const squares = new Float64Array(others);
  const twice = new Float64Array(others);
  categories.forEach((category, i) => {
    const bin = otherBin(category, others);
    const count = counts[i] ?? 0;
    if (isOneVisit(i)) {
      once[bin] = (once[bin] ?? 0) + count;
      squares[bin] = (squares[bin] ?? 0) + count * count;
    } else if (count === 2) twice[bin] = (twice[bin] ?? 0) + 1;
  });
  return Array.from(once, (rows, bin) => {
    if (rows === 0) return { share: 0, rows: total, dispersion: 1 };
    const share = rows / total;
    const variance = ((squares[bin] ?? 0) * (1 - share) + 2 * (twice[bin] ?? 0)) / (total * total);
    // Where all rows come once there is no variance, and nothing more to expect.
    const worth = variance > 0 ? (share * (1 - share)) / variance : total;
    return { share, rows: worth, dispersion: (squares[bin] ?? 0) / rows };
  });
}
