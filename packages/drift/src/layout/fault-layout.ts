/** What is counted of rows to tell a fault of the pipeline from drift. */
export interface FaultLayout {
  /** Bins that whole rows are counted in by their hash: rows that come twice share one. */
  readonly rowBins: number;
}

/** The layout that new profiles have: repeats of 14 % of the rows stand out by six deviations. */
export const FAULT_LAYOUT: FaultLayout = { rowBins: 1024 };

/** Bins of an octave of the lag between event time and log time. */
const PER_OCTAVE = 4;
/** Octaves of seconds: 136 years. */
const OCTAVES = 32;
/** Bins of lags of one sign. */
const SIDE = PER_OCTAVE * OCTAVES;
/** Bins of lags: those of event times ahead of the log, none, and those behind it. */
export const LAG_BINS: number = 2 * SIDE + 1;

/** The bin of a lag. @param lagMs log time less event time */
export function lagBinOf(lagMs: number): number {
  const size = Math.min(SIDE, Math.floor(PER_OCTAVE * Math.log2(1 + Math.abs(lagMs) / 1000)));
  return SIDE + (lagMs < 0 ? -size : size);
}

/** The smallest lag of a bin's magnitude, ms, with its sign. */
export function lagOfBin(bin: number): number {
  const size = bin - SIDE;
  return Math.sign(size) * 1000 * (2 ** (Math.abs(size) / PER_OCTAVE) - 1);
}

/**
 * What is summed of a numeric feature: log2 of the magnitude (2^16) and its square (2^14), and
 * zeros, of values within the range of the reference and then of those outside.
 */
export const MAGNITUDE_ENTRIES = 6;
/** Fractional bits of the two sums. */
export const LOG_BITS = 16;
export const SQUARE_BITS = 14;

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
  { rowBins }: FaultLayout,
  features: readonly { readonly kind: string }[],
  from: number,
): FaultShape {
  const lags = from + rowBins;
  let end = lags + LAG_BINS;
  const magnitudes = features.map(({ kind }) => {
    if (kind !== 'numeric') return -1;
    end += MAGNITUDE_ENTRIES;
    return end - MAGNITUDE_ENTRIES;
  });
  return { rows: from, lags, magnitudes, end };
}
