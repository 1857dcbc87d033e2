import { derivedOnce } from '../derived-once.ts';

/** What is counted of rows to tell a fault of the pipeline from drift. */
export interface FaultLayout {
  /** Whole rows are counted in 2^rowBits bins by their hash: rows that come twice share one. */
  readonly rowBits: number;
}

/**
 * The layout that new profiles have: repeats of 17 % of the rows stand out by five and a half
 * deviations.
 */
export const FAULT_LAYOUT: FaultLayout = { rowBits: 9 };

/** Bins of an octave of the lag between event time and log time. */
export const LAGS_PER_OCTAVE = 4;
/** Octaves of seconds: 136 years. */
const OCTAVES = 32;
/** Bins of lags of one sign. */
export const LAGS_OF_A_SIGN: number = LAGS_PER_OCTAVE * OCTAVES;
/** Bins of lags: those of event times ahead of the log, none, and those behind it. */
export const LAG_BINS: number = 2 * LAGS_OF_A_SIGN + 1;

/** About the smallest lag of a bin's magnitude, ms, with its sign. */
export function lagOfBin(bin: number): number {
  const size = bin - LAGS_OF_A_SIGN;
  return Math.sign(size) * 1000 * (2 ** (Math.abs(size) / LAGS_PER_OCTAVE) - 1);
}

/**
 * What is summed of values whose bin does not say how large they are: log2 of the magnitude, its
 * square, and zeros.
 */
export const MAGNITUDE_SUMS = 3;
/** Which of a numeric feature's sums a value adds to. */
export const NONE = 0;
/** It lies outside the range of the reference. */
export const OUTSIDE = 1;
/** It lies inside, in a bin of all magnitudes, such as the one about 0. */
export const WIDE = 2;
/** Entries of a numeric feature: the sums of values outside, then those of wide bins. */
const MAGNITUDE_ENTRIES = 2 * MAGNITUDE_SUMS;
/** Most that the magnitudes of a bin differ by, unless it is wide. */
const ALIKE = 16;

/** Of each bin between ascending edges which sums its values add to. */
export const sumsOfBins: (edges: readonly number[]) => Uint8Array = derivedOnce((edges) => {
  return Uint8Array.from({ length: edges.length + 1 }, (_, bin) => {
    const [low, high] = [edges[bin - 1], edges[bin]];
    if (low === undefined || high === undefined) return OUTSIDE;
    const [least, most] = [Math.min(Math.abs(low), Math.abs(high)), Math.max(Math.abs(low), Math.abs(high))];
    return low < 0 !== high < 0 || most > ALIKE * least ? WIDE : NONE;
  });
});

/** Where the parts lie in the vector of a data sketch. */
export interface FaultShape {
  /** Start of the rows by hash. */
  readonly rows: number;
  /** Start of the lags. */
  readonly lags: number;
  /** Start of each feature's magnitudes; -1 for a feature that is no number. */
  readonly magnitudes: readonly number[];
  /** One past the last entry. */
  readonly end: number;
}

/** Lays the parts out from an entry on. */
export function faultShapeOf(
  { rowBits }: FaultLayout,
  features: readonly { readonly kind: string }[],
  from: number,
): FaultShape {
  const lags = from + 2 ** rowBits;
  let end = lags + LAG_BINS;
  const magnitudes = features.map(({ kind }) => {
    if (kind !== 'numeric') return -1;
    end += MAGNITUDE_ENTRIES;
    return end - MAGNITUDE_ENTRIES;
  });
  return { rows: from, lags, magnitudes, end };
}
