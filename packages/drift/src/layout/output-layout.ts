import { calibrate, chanceOf, type IsotonicKnots } from '@driftloop/estimates';
import type { ModelTask } from '@driftloop/schemas';
import { derivedOnce } from '../derived-once.ts';
import { type EstimateLayout, estimateEntries } from './estimate-layout.ts';
import type { OutputMeasure } from './output-measure.ts';

/** How the answers of one version are counted. */
export interface OutputLayout {
  /** Names the layout by its content. */
  readonly id: string;
  readonly task: ModelTask;
  /** Number of classes; 0 for a regression. */
  readonly classes: number;
  /** Their names; absent where the spec has none. */
  readonly classNames?: readonly string[];
  /**
   * Edges for the confidence of the predicted class, or for the predicted value of a regression.
   */
  readonly edges: readonly number[];
  /**
   * Probability to calibrated probability: of class 1 for a binary model, per class for a
   * multiclass one, none for a regression.
   */
  readonly calibration: readonly IsotonicKnots[];
  /**
   * Each output on its own, in the order of the answer's numbers; absent where an answer is class
   * probabilities or one value.
   */
  readonly outputs?: readonly OutputMeasure[];
  /** What is summed to estimate performance; absent where nothing is estimated. */
  readonly estimates?: EstimateLayout;
}

/** Where the parts of an output sketch's integer vector lie. */
export interface OutputShape {
  /** Start of the predicted classes, one entry each and one for any other value. */
  readonly classes: number;
  /** Start of the value bins, edges + 1 of them, then one for values that are not finite. */
  readonly bins: number;
  /** The same for each of several outputs, one after the other; only `bins` for others. */
  readonly outputBins: readonly number[];
  /** Start of the sums, see OUTPUT_SUMS. */
  readonly sums: number;
  /** Start of what performance is estimated from, see EstimateLayout. */
  readonly estimates: number;
  readonly length: number;
}

/** The sums of an output sketch in their order, all with OUTPUT_BITS fractional bits. */
export const OUTPUT_SUMS = [
  'confidence',
  'confidenceSquare',
  'entropy',
  'entropySquare',
  'expectedCorrect',
  'expectedVariance',
] as const;

/** Fractional bits of the sums. */
export const OUTPUT_BITS = 24;

/** The shape of a layout's vectors. */
export const outputShapeOf = derivedOnce((layout: OutputLayout): OutputShape => {
  const bins = layout.classes > 0 ? layout.classes + 1 : 0;
  const outputBins: number[] = [];
  let sums = bins;
  for (const { edges } of layout.outputs ?? [layout]) {
    outputBins.push(sums);
    sums += edges.length + 2;
  }
  const estimates = sums + OUTPUT_SUMS.length;
  const length = estimates + estimateEntries(layout.estimates);
  return { classes: 0, bins, outputBins, sums, estimates, length };
});

/** Entropy of the answer as a share of the largest possible, 0 (certain) to 1 (knows nothing). */
export function entropyOf(outputs: ArrayLike<number>, offset: number, width: number): number {
  if (width === 1) {
    const probability = outputs[offset] ?? Number.NaN;
    return -(xlogx(probability) + xlogx(1 - probability)) / Math.LN2;
  }
  let sum = 0;
  for (let i = 0; i < width; i++) sum -= xlogx(outputs[offset + i] ?? Number.NaN);
  return sum / Math.log(width);
}

/** The calibrated probability that `predicted` is right. */
export function calibratedConfidence(
  layout: OutputLayout,
  outputs: ArrayLike<number>,
  offset: number,
  width: number,
  predicted: number,
): number {
  const chances = new Float64Array(layout.classes === 2 ? 1 : layout.classes);
  calibratedChances(layout, outputs, offset, width, chances);
  return chanceOf(chances, predicted);
}

/**
 * The calibrated probability of each class into `target`: of class 1 alone for a binary model,
 * otherwise of all, with a sum of 1.
 */
export function calibratedChances(
  layout: OutputLayout,
  outputs: ArrayLike<number>,
  offset: number,
  width: number,
  target: Float64Array,
): void {
  if (layout.classes === 2) {
    const [knots] = layout.calibration;
    target[0] = calibrated(knots, outputs[offset + width - 1] ?? Number.NaN);
    return;
  }
  let total = 0;
  for (let k = 0; k < layout.classes; k++) {
    const probability = calibrated(layout.calibration[k], outputs[offset + k] ?? Number.NaN);
    total += probability;
    target[k] = probability;
  }
  for (let k = 0; k < layout.classes; k++)
    target[k] = total > 0 ? (target[k] as number) / total : 1 / layout.classes;
}

/** No knots, as of a reference without a finite probability, leave it as it is. */
function calibrated(knots: IsotonicKnots | undefined, probability: number): number {
  return knots && knots.x.length > 0 ? calibrate(knots, probability) : probability;
}

function xlogx(value: number): number {
  return value > 0 ? value * Math.log(value) : value === 0 ? 0 : Number.NaN;
}
