import {
  BIN_ENTRIES,
  CLASS_ENTRIES,
  type EstimateLayout,
  entriesOfClass,
} from '../layout/estimate-layout.ts';
import { OUTPUT_BITS } from '../layout/output-layout.ts';
import { edgesBelow } from './edges-below.ts';
import { type IntegerVector, toFixed } from './integer-vector.ts';

/** Counts the expectations of a version's answers into a part of their vector. */
export interface EstimateSums {
  /**
   * Counts an answer of classes.
   *
   * @param chances of each class judged @param scores what the model said of them, from `offset` on
   */
  addClasses(chances: ArrayLike<number>, scores: ArrayLike<number>, offset: number, predicted: number): void;
  /** Counts an answer of a regression with its expected absolute and squared error. */
  addLosses(losses: ArrayLike<number>): void;
}

/** A loss counts so many times that of the reference at most: sums must stay exact. */
const MOST_LOSS = 64;

/** @param start of the part in the vector */
export function createEstimateSums(
  layout: EstimateLayout,
  vector: IntegerVector,
  start: number,
): EstimateSums {
  const edges = layout.scores.map((own) => Float32Array.from(own));
  const starts: number[] = [];
  let next = start + 1;
  for (const own of layout.scores) {
    starts.push(next);
    next += entriesOfClass(own);
  }
  const bump = (at: number, by: number): void => {
    vector[at] = (vector[at] as number) + by;
  };
  return {
    addClasses(chances, scores, offset, predicted) {
      bump(start, 1);
      for (let k = 0; k < starts.length; k++) {
        const at = starts[k] as number;
        const chance = toFixed(Math.min(1, Math.max(0, chances[k] as number)), OUTPUT_BITS);
        const own = starts.length === 1 ? 1 : k;
        if (predicted === own) bump(at, chance);
        bump(at + 1, chance);
        const bin =
          at +
          CLASS_ENTRIES +
          BIN_ENTRIES * edgesBelow(edges[k] as Float32Array, scores[offset + k] as number);
        bump(bin, 1);
        bump(bin + 1, chance);
      }
    },
    addLosses(losses) {
      bump(start, 1);
      for (let i = 0; i < layout.losses.length; i++) {
        const share = (losses[i] as number) / (layout.losses[i] as number);
        bump(next + i, toFixed(Math.min(MOST_LOSS, share), OUTPUT_BITS));
      }
    },
  };
}
