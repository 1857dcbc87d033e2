import { calibrate, type IsotonicKnots } from '@driftloop/estimates';
import type { ModelTask } from '@driftloop/schemas';
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

const SHAPES = new WeakMap<OutputLayout, OutputShape>();

/** The shape of a layout's vectors. */
export function outputShapeOf(layout: OutputLayout): OutputShape {
  const known = SHAPES.get(layout);
  if (known) return known;
  const bins = layout.classes > 0 ? layout.classes + 1 : 0;
  const outputBins: number[] = [];
  let sums = bins;
  for (const { edges } of layout.outputs ?? [layout]) {
    outputBins.push(sums);
    sums += edges.length + 2;
  }
  const shape = { classes: 0, bins, outputBins, sums, length: sums + OUTPUT_SUMS.length };
  SHAPES.set(layout, shape);
  return shape;
}

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
  if (layout.classes === 2) {
    const [knots] = layout.calibration;
    const raw = outputs[offset + width - 1] ?? Number.NaN;
    const positive = calibrated(knots, raw);
    return predicted === 1 ? positive : 1 - positive;
  }
  let total = 0;
  let own = 0;
  for (let k = 0; k < layout.classes; k++) {
    const knots = layout.calibration[k];
    const raw = outputs[offset + k] ?? Number.NaN;
    const probability = calibrated(knots, raw);
    total += probability;
    if (k === predicted) own = probability;
  }
  return total > 0 ? own / total : 1 / layout.classes;
}

/** No knots, as of a reference without a finite probability, leave it as it is. */
function calibrated(knots: IsotonicKnots | undefined, probability: number): number {
  return knots && knots.x.length > 0 ? calibrate(knots, probability) : probability;
}

function xlogx(value: number): number {
  return value > 0 ? value * Math.log(value) : value === 0 ? 0 : Number.NaN;
}
