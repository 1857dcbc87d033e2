import { fromConfusion, type MetricName } from './metrics.ts';

/**
 * What is summed of the rows of one class against the rest; sums of several places may be added.
 */
export interface ClassSums {
  /** Answers that named the class. */
  readonly answered: number;
  /** Sum over these of the chance that they are right. */
  readonly truePositive: number;
  /** Sum over all rows of the chance of the class. */
  readonly positives: number;
  /** By rising score: rows, and the sum of the chances of the class. */
  readonly scores: readonly { readonly rows: number; readonly positives: number }[];
}

/**
 * Every metric in expectation from sums: what {@link estimatePerformance} says of the rows one by
 * one. ROC AUC counts rows of a bin of scores as equal, so finer bins are nearer to it; it is NaN
 * where all rows are certain to be of one class.
 *
 * @param rows all of them @param classes one for each class judged: class 1 of two, else every
 *   class
 */
export function expectedMetrics(
  rows: number,
  classes: readonly ClassSums[],
): Readonly<Record<MetricName, number>> {
  const tables = classes.map(({ answered, truePositive, positives }) => ({
    truePositive,
    falsePositive: answered - truePositive,
    falseNegative: positives - truePositive,
    trueNegative: rows - answered - (positives - truePositive),
  }));
  const mean = (of: (k: number) => number) => classes.reduce((sum, _, k) => sum + of(k), 0) / classes.length;
  const from = (metric: Exclude<MetricName, 'rocAuc'>) =>
    mean((k) => fromConfusion(metric, tables[k] as (typeof tables)[number]));
  const right = tables.reduce((sum, { truePositive }) => sum + truePositive, 0);
  return {
    accuracy: classes.length > 1 ? right / rows : from('accuracy'),
    rocAuc: mean((k) => areaOf(classes[k]?.scores ?? [])),
    f1: from('f1'),
    precision: from('precision'),
    recall: from('recall'),
    specificity: from('specificity'),
  };
}

/** Chance that a row of the class has the higher score than another; equal ones count half. */
function areaOf(scores: ClassSums['scores']): number {
  let below = 0;
  let positives = 0;
  let area = 0;
  for (const bin of scores) {
    const negatives = bin.rows - bin.positives;
    area += bin.positives * (below + negatives / 2);
    below += negatives;
    positives += bin.positives;
  }
  return positives > 0 && below > 0 ? area / (positives * below) : Number.NaN;
}
