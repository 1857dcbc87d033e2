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

/** Of each bin of a layout the sums that its values add to, times MAGNITUDE_SUMS; 0 for none. */
export function magnitudeSums(
  features: readonly FeatureLayout[],
  { firstBin, sums, faults }: DataShape,
): Uint8Array {
  const offsets = new Uint8Array(sums);
  features.forEach((feature, i) => {
    if (feature.kind !== 'numeric' || (faults?.magnitudes[i] ?? -1) < 0) return;
    sumsOfBins(feature.edges).forEach((kind, bin) => {
      if (kind !== NONE) offsets[(firstBin[i] ?? 0) + bin] = (kind - OUTSIDE + 1) * MAGNITUDE_SUMS;
    });
  });
  return offsets;
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

/** A bin's part of an octave as a shift, since all of this is done for every row. */
const LAG_SHIFT = LOG_BITS - Math.log2(LAGS_PER_OCTAVE);

/** The bin of a lag. @param lagMs the record's timestamp less its event time */
export function lagBinOf(lagMs: number): number {
  const log = logMagnitude(1 + Math.abs(lagMs) * 0.001);
  const size = Math.min(LAGS_OF_A_SIGN, log >> LAG_SHIFT);
  return LAGS_OF_A_SIGN + (lagMs < 0 ? -size : size);
}
