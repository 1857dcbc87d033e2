import { type Answers, errorOf } from './prequential.ts';
import { DETECTION_ROWS } from './score.ts';
import { CHANGES } from './streams.ts';

/** Rows before and after a change over which the error rate is taken. */
const BEFORE = 1000;
const AFTER = 250;

/**
 * The least mean delay that any detector of errors alone can have at a given time between false
 * alarms: ln(run length) divided by the Kullback–Leibler divergence of the errors after the change
 * from those before it (Lorden 1971; Lai 1998), per change. Rates are those that the model really
 * had; a change that does not raise them cannot be seen in the errors, and has an infinite bound.
 *
 * @param runLength Rows between false alarms. @param lag Rows by which labels are late; they are
 *   added.
 */
export function errorBounds(answers: Answers, runLength: number, lag: number): number[] {
  return CHANGES.map((at) => {
    const before = rateOf(answers, at - BEFORE, at);
    const after = rateOf(answers, at, at + AFTER);
    if (after <= before) return Number.POSITIVE_INFINITY;
    const divergence = after * Math.log(after / before) + (1 - after) * Math.log((1 - after) / (1 - before));
    return lag + Math.log(runLength) / divergence;
  });
}

/** Mean of the bounds that lie within the rows in which a detection counts, and how many do. */
export function boundSummary(bounds: readonly number[]): { readonly mean: number; readonly within: number } {
  const within = bounds.filter((bound) => bound < DETECTION_ROWS);
  return { mean: within.reduce((sum, bound) => sum + bound, 0) / within.length, within: within.length };
}

/** Share of errors, off 0 and 1 by half a row, so that a divergence is finite. */
function rateOf(answers: Answers, from: number, to: number): number {
  let errors = 0.5;
  for (let row = from; row < to; row++) errors += errorOf(answers, row);
  return errors / (to - from + 1);
}
