import { quantileOfSorted } from '@driftloop/stats';
import type { Moments, OutputReference } from './reference-profile.ts';

/**
 * A squared error counts at most this many times the quantile below: twice the error that one row
 * in twenty exceeds.
 */
const TIMES = 4;
const QUANTILE = 0.95;
/** For profiles that are older than `mostError`: standard deviations above the mean. */
const OLDER = 4;

/**
 * The most that one row's squared error may count, in the unit of the squared label. A mean without
 * such a limit is not one of the window but of its worst row (Huber 1981, "Robust Statistics",
 * section 1.3: bounded influence), and one wrong label decides, or overflows. Quantiles and no
 * standard deviation give it, since wrong labels of the reference itself would make that as large
 * as they are.
 *
 * @param errors squared errors of the reference
 * @returns 0 where the reference has no error at all
 */
export function mostErrorOf(errors: Float64Array): number {
  // Where most answers are exact, the others tell how large an error is.
  const inexact = errors.filter((error) => error > 0).sort();
  return inexact.length === 0 ? 0 : TIMES * quantileOfSorted(inexact, QUANTILE);
}

/**
 * The squared error of an answer, at most `most`; an error that is no number counts the most. A
 * label is compared as float32, as in training.
 */
export function heldError(predicted: number, label: number, most: number): number {
  const error = (predicted - Math.fround(label)) ** 2;
  return Number.isNaN(error) ? most : Math.min(error, most);
}

/**
 * The same as a share of the most that it may count: 0 to 1, whatever the label's unit. Beside an
 * exact reference any error counts 1.
 */
export function errorShare(predicted: number, label: number, most: number): number {
  return most > 0 ? heldError(predicted, label, most) / most : Number(predicted !== Math.fround(label));
}

/** The most that a squared error counts, also for profiles that do not say. */
export function mostErrorIn({ mostError, score }: Pick<OutputReference, 'mostError' | 'score'>): number {
  return mostError ?? score.mean + OLDER * score.std;
}

/** A regression's score as shares of the most that a squared error counts. */
export function sharesOf(score: Moments, most: number): Moments {
  return most > 0 ? { ...score, mean: score.mean / most, std: score.std / most } : score;
}
