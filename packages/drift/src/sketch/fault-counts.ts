import {
  LAGS_OF_A_SIGN,
  LAGS_PER_OCTAVE,
  MAGNITUDE_SUMS,
  NONE,
  OUTSIDE,
  sumsOfBins,
} from '../layout/fault-layout.ts';
import type { DataShape, FeatureLayout } from '../layout/input-layout.ts';
import { LOG_BITS, logMagnitude } from './log-magnitude.ts';

/** Of each bin of a layout the start of the sums that its values add to; -1 for none. */
export function magnitudeStarts(
  features: readonly FeatureLayout[],
  { firstBin, sums, faults }: DataShape,
): Int32Array {
  const starts = new Int32Array(sums).fill(-1);
  features.forEach((feature, i) => {
    const start = faults?.magnitudes[i] ?? -1;
    if (feature.kind !== 'numeric' || start < 0) return;
    sumsOfBins(feature.edges).forEach((kind, bin) => {
      if (kind !== NONE) starts[(firstBin[i] ?? 0) + bin] = start + (kind - OUTSIDE) * MAGNITUDE_SUMS;
    });
  });
  return starts;
}

/** Adds a finite value to sums of magnitudes. @param at the first one, see MAGNITUDE_SUMS */
export function addMagnitude(vector: Float64Array, at: number, value: number): void {
  if (value === 0) {
    vector[at + 2] = (vector[at + 2] as number) + 1;
    return;
  }
  const log = logMagnitude(value);
  vector[at] = (vector[at] as number) + log;
  vector[at + 1] = (vector[at + 1] as number) + log * log;
}

/** Of an octave; worked out once, since all of this is done for every row. */
const LAG_BIN = 2 ** LOG_BITS / LAGS_PER_OCTAVE;

/** The bin of a lag. @param lagMs the record's timestamp less its event time */
export function lagBinOf(lagMs: number): number {
  const log = logMagnitude(1 + Math.abs(lagMs) / 1000);
  const size = Math.min(LAGS_OF_A_SIGN, Math.floor(log / LAG_BIN));
  return LAGS_OF_A_SIGN + (lagMs < 0 ? -size : size);
}
