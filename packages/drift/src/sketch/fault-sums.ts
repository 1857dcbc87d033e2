import { slotsOf } from '@driftloop/spec';
import {
  type FaultLayout,
  faultShapeOf,
  LOG_BITS,
  lagBinOf,
  MAGNITUDE_ENTRIES,
  SQUARE_BITS,
} from '../layout/fault-layout.ts';
import type { FeatureLayout } from '../layout/input-layout.ts';
import { logMagnitude, rowHash } from './row-hash.ts';

/** Counts of rows by which faults of the pipeline are told; see FaultLayout. */
export interface FaultSums {
  /** @param lagMs log time less event time */
  add(features: Float32Array, offset: number, texts: readonly string[], lagMs: number): void;
  /** The entries in the order of `faultShapeOf`. */
  vector(): Float64Array;
}

/** Prepares the counts of a layout; the function returned creates empty ones. */
export function faultSums(layout: FaultLayout, features: readonly FeatureLayout[]): () => FaultSums {
  const shape = faultShapeOf(layout, features, 0);
  const { starts } = slotsOf(features);
  const isText = textSlots(features);
  const numbers = features.flatMap((feature, i) =>
    feature.kind === 'numeric'
      ? [
          {
            slot: starts[i] ?? 0,
            at: shape.magnitudes[i] ?? 0,
            low: feature.edges[0] ?? Number.NEGATIVE_INFINITY,
            // The value itself lies above all of the reference.
            high: feature.edges.at(-1) ?? Number.POSITIVE_INFINITY,
          },
        ]
      : [],
  );
  return () => {
    const sums = new Float64Array(shape.end);
    const bump = (at: number, by: number): void => {
      sums[at] = (sums[at] as number) + by;
    };
    return {
      add(row, offset, texts, lagMs) {
        bump(rowHash(row, offset, texts, isText) % layout.rowBins, 1);
        bump(shape.lags + lagBinOf(lagMs), 1);
        for (const { slot, at, low, high } of numbers) {
          const value = row[offset + slot] as number;
          if (!Number.isFinite(value)) continue;
          const side = value < low || value >= high ? 1 : 0;
          if (value === 0) {
            bump(at + MAGNITUDE_ENTRIES - 2 + side, 1);
            continue;
          }
          const log = logMagnitude(value);
          bump(at + 2 * side, Math.round(log * 2 ** LOG_BITS));
          bump(at + 2 * side + 1, Math.round(log * log * 2 ** SQUARE_BITS));
        }
      },
      vector: () => sums,
    };
  };
}

/** Per slot of a row whether it holds the place of a text. */
export function textSlots(features: readonly FeatureLayout[]): Uint8Array {
  const { width, texts, starts } = slotsOf(features);
  const isText = new Uint8Array(width);
  for (const feature of texts) isText[starts[feature] ?? 0] = 1;
  return isText;
}
