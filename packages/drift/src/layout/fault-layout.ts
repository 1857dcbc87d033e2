/** What is counted of rows to tell a fault of the pipeline from drift. */
export interface FaultLayout {
  /** Whole rows are counted in 2^rowBits bins by their hash: rows that come twice share one. */
  readonly rowBits: number;
}

/** The layout that new profiles have: repeats of 14 % of the rows stand out by six deviations. */
export const FAULT_LAYOUT: FaultLayout = { rowBits: 10 };

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
 * What is summed of a numeric feature's values outside the range of the reference: log2 of the
 * magnitude, its square, and zeros. Of values inside, the bin says how large they are.
 */
export const MAGNITUDE_ENTRIES = 3;

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
