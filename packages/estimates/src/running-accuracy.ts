import type { Residuals } from './fit-expectation.ts';

/** Rows whose labels are known, or are still to come; sums of several places may be added. */
export interface RunningSums {
  /** Answers with their label, and how many are right. */
  readonly labelled: number;
  readonly hits: number;
  /** Answers without. */
  readonly unlabelled: number;
  /** Sum of their chances of being right, and of chance · (1 − chance). */
  readonly expectedHits: number;
  readonly expectedVariance: number;
  /** What expectations left of truth on rows with labels: those labelled, and the reference. */
  readonly residuals: Residuals;
}

/** An accuracy with bounds. */
export interface BoundedAccuracy {
  readonly accuracy: number;
  readonly lower: number;
  readonly upper: number;
}

/** Rates of betting that are tried, each half of the one before. */
const RATES: readonly number[] = Array.from({ length: 14 }, (_, i) => 2 ** -i);

/**
 * The accuracy that the labels of all rows so far say, or will say, with bounds that hold at every
 * row at once: labels where they have come, expectations put right by what labels have left of them
 * for the others (prediction-powered inference, Angelopoulos et al., Science 382, 2023).
 *
 * What is left of an expectation is its bias and chance. The sum of chance over all rows, and over
 * those with labels, stays within Freedman's bound in its time-uniform form (Howard et al.,
 * "Time-uniform Chernoff bounds via nonnegative supermartingales", Probability Surveys 17, 2020:
 * exp(λ S − (e^λ − λ − 1) V)); the bias of rows with labels then bounds that of the others. That
 * takes the bias to be one and the same, and chances of rows without labels to vary as they say.
 *
 * @param alpha chance that the bounds ever fail
 * @returns undefined where nothing is known of the bias
 */
export function runningAccuracy(sums: RunningSums, alpha: number): BoundedAccuracy | undefined {
  const { labelled, hits, unlabelled, expectedHits, expectedVariance, residuals } = sums;
  const rows = labelled + unlabelled;
  if (rows === 0 || (unlabelled > 0 && residuals.rows === 0)) return undefined;
  if (unlabelled === 0) return { accuracy: hits / rows, lower: hits / rows, upper: hits / rows };
  const bias = residuals.sum / residuals.rows;
  const accuracy = (hits + expectedHits + unlabelled * bias) / rows;
  const all = chanceBound(residuals.squares + expectedVariance, alpha);
  const known = chanceBound(residuals.squares, alpha);
  const halfWidth = (all + (1 + unlabelled / residuals.rows) * known) / rows;
  return {
    accuracy: Math.min(1, Math.max(0, accuracy)),
    // What labels have said stands, whatever the others will say.
    lower: Math.max(hits / rows, accuracy - halfWidth),
    upper: Math.min((hits + unlabelled) / rows, accuracy + halfWidth),
  };
}

/** How far sums of chance with this variance lie from 0 at most, at every row at once. */
function chanceBound(variance: number, alpha: number): number {
  const price = Math.log((2 * RATES.length) / alpha);
  let bound = Number.POSITIVE_INFINITY;
  for (const rate of RATES) bound = Math.min(bound, ((Math.expm1(rate) - rate) * variance + price) / rate);
  return bound;
}
