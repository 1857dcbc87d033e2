import { estimateRocAuc, rankVariance, rocAuc } from './roc-auc.ts';

/** The performance metrics that can be estimated without labels. */
export const METRICS = ['accuracy', 'rocAuc', 'f1', 'precision', 'recall', 'specificity'] as const;

/** A metric's name. */
export type MetricName = (typeof METRICS)[number];

/** One class against the rest. */
export interface BinaryRows {
  /** Score of the class as the model gave it, per row. */
  readonly scores: ArrayLike<number>;
  /** 1 where the model answered this class. */
  readonly predicted: ArrayLike<number>;
  /** 1 where it is right to, or the chance of it. */
  readonly truth: ArrayLike<number>;
}

/** Sums of the confusion table; with probabilities as truth, its expectation. */
export interface Confusion {
  readonly truePositive: number;
  readonly falsePositive: number;
  readonly falseNegative: number;
  readonly trueNegative: number;
}

/**
 * How a metric varies from row to row: its standard error over n rows is √(variance / (n · share)).
 */
export interface RowVariance {
  readonly variance: number;
  /** Share of the rows that the metric is about. */
  readonly share: number;
}

/**
 * The metric from known truth (0 or 1). A ratio with nothing below it is 0; rocAuc is NaN with one
 * class.
 */
export function realized(metric: MetricName, rows: BinaryRows): number {
  return metric === 'rocAuc' ? rocAuc(rows.scores, rows.truth) : fromConfusion(metric, confusion(rows));
}

/** The metric's expectation from calibrated probabilities as truth. */
export function expected(metric: MetricName, rows: BinaryRows): number {
  return metric === 'rocAuc'
    ? estimateRocAuc(rows.truth, rows.scores)
    : fromConfusion(metric, confusion(rows));
}

/**
 * How the metric varies on the reference. The variance of a class that never occurs is 0 over a
 * share of 0.
 */
export function rowVariance(metric: MetricName, rows: BinaryRows): RowVariance {
  const n = rows.predicted.length;
  const table = confusion(rows);
  const positives = table.truePositive + table.falseNegative;
  switch (metric) {
    case 'accuracy':
      return bernoulli(table.truePositive + table.trueNegative, n, n);
    case 'precision':
      return bernoulli(table.truePositive, table.truePositive + table.falsePositive, n);
    case 'recall':
      return bernoulli(table.truePositive, positives, n);
    case 'specificity':
      return bernoulli(table.trueNegative, n - positives, n);
    case 'f1':
      return bernoulli(table.truePositive, table.truePositive + table.falsePositive + table.falseNegative, n);
    case 'rocAuc':
      // The rarer class is ranked: it is what limits how well the area is known.
      return positives > n / 2
        ? { variance: rankVariance(flip(rows.scores), flip(rows.truth)), share: 1 - positives / n }
        : { variance: rankVariance(rows.scores, rows.truth), share: positives / n };
  }
}

/**
 * F1 weighs its rows: TP counts once, an error half. What its row variance is multiplied by for
 * that.
 */
export function f1Weight(rows: BinaryRows): number {
  const { truePositive, falsePositive, falseNegative } = confusion(rows);
  const relevant = truePositive + falsePositive + falseNegative;
  return relevant / (truePositive + (falsePositive + falseNegative) / 2);
}

function confusion({ predicted, truth }: BinaryRows): Confusion {
  let truePositive = 0;
  let falsePositive = 0;
  let falseNegative = 0;
  let trueNegative = 0;
  for (let i = 0; i < predicted.length; i++) {
    const p = truth[i] ?? 0;
    if (predicted[i] === 1) {
      truePositive += p;
      falsePositive += 1 - p;
    } else {
      falseNegative += p;
      trueNegative += 1 - p;
    }
  }
  return { truePositive, falsePositive, falseNegative, trueNegative };
}

/** The metric of a table. A ratio with nothing below it is 0. */
export function fromConfusion(metric: Exclude<MetricName, 'rocAuc'>, table: Confusion): number {
  const { truePositive, falsePositive, falseNegative, trueNegative } = table;
  switch (metric) {
    case 'accuracy':
      return ratio(truePositive + trueNegative, truePositive + trueNegative + falsePositive + falseNegative);
    case 'precision':
      return ratio(truePositive, truePositive + falsePositive);
    case 'recall':
      return ratio(truePositive, truePositive + falseNegative);
    case 'specificity':
      return ratio(trueNegative, trueNegative + falsePositive);
    case 'f1':
      return ratio(truePositive, truePositive + (falsePositive + falseNegative) / 2);
  }
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function bernoulli(hits: number, of: number, n: number): RowVariance {
  if (of === 0) return { variance: 0, share: 0 };
  const mean = hits / of;
  return { variance: mean * (1 - mean), share: of / n };
}

function flip(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values, (value) => 1 - value);
}
