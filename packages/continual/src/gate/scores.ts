import type { ModelTask } from '@driftloop/schemas';
import { hasClasses, type LabelledRows, mostProbable, probabilityOf } from '@driftloop/spec';

/**
 * A row's loss counts at most this much (nats: a probability of 1 % for the truth), so that no
 * single row decides.
 */
export const MOST_PER_ROW = Math.log(100);

/** How good a model's answers are on labelled rows. */
export interface Scores {
  /** Share of rows right; for a regression 1 - squared error / variance of the labels (R²). */
  readonly accuracy: number;
  /**
   * Mean -log of the probability given to the truth (natural logarithm); for a regression half the
   * mean squared error.
   */
  readonly loss: number;
  /**
   * Expected calibration error, 10 equal-width confidence bins (Guo et al. 2017); 0 for a
   * regression.
   */
  readonly calibrationError: number;
  /** Loss of each row. */
  readonly rowLosses: Float64Array;
  /** 1 where the row was right (classification). */
  readonly right: Uint8Array;
}

/** Probabilities below this count as this: one confident mistake must not outweigh all else. */
const FLOOR = 1e-6;
const BINS = 10;

/** Scores answers (rows × outputWidth: class probabilities, or one value). */
export function scoreAnswers(outputs: Float32Array, data: LabelledRows, task: ModelTask): Scores {
  return hasClasses(task) ? scoreClasses(outputs, data) : scoreValues(outputs, data);
}

function scoreClasses(outputs: Float32Array, data: LabelledRows): Scores {
  const rows = data.rows;
  const width = outputs.length / rows;
  const rowLosses = new Float64Array(rows);
  const right = new Uint8Array(rows);
  const binConfidence = new Float64Array(BINS);
  const binRight = new Float64Array(BINS);
  let totalLoss = 0;
  let totalRight = 0;
  for (let row = 0; row < rows; row++) {
    const label = data.labels[row]!;
    const at = row * width;
    const best = mostProbable(outputs, at, width);
    const confidence = probabilityOf(outputs, at, width, best);
    right[row] = best === label ? 1 : 0;
    totalRight += right[row]!;
    rowLosses[row] = -Math.log(Math.max(FLOOR, probabilityOf(outputs, at, width, label)));
    totalLoss += rowLosses[row]!;
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor(confidence * BINS)));
    binConfidence[bin]! += confidence;
    binRight[bin]! += right[row]!;
  }
  let calibrationError = 0;
  for (let bin = 0; bin < BINS; bin++) calibrationError += Math.abs(binConfidence[bin]! - binRight[bin]!);
  const per = Math.max(1, rows);
  return {
    accuracy: totalRight / per,
    loss: totalLoss / per,
    calibrationError: calibrationError / per,
    rowLosses,
    right,
  };
}

function scoreValues(outputs: Float32Array, data: LabelledRows): Scores {
  const rows = data.rows;
  const rowLosses = new Float64Array(rows);
  let mean = 0;
  for (const label of data.labels) mean += label / rows;
  let squared = 0;
  let spread = 0;
  for (let row = 0; row < rows; row++) {
    const error = outputs[row]! - data.labels[row]!;
    rowLosses[row] = (error * error) / 2;
    squared += error * error;
    spread += (data.labels[row]! - mean) ** 2;
  }
  const per = Math.max(1, rows);
  const accuracy = spread > 0 ? 1 - squared / spread : squared === 0 ? 1 : 0;
  return { accuracy, loss: squared / 2 / per, calibrationError: 0, rowLosses, right: new Uint8Array(rows) };
}

/**
 * Squared error of each row's probabilities against its label, summed over classes (Brier 1950); of
 * its value for a regression.
 */
export function brierByRow(outputs: Float32Array, data: LabelledRows, task: ModelTask): Float64Array {
  const width = outputs.length / data.rows;
  const classes = Math.max(2, width);
  return Float64Array.from({ length: data.rows }, (_, row) => {
    const label = data.labels[row]!;
    if (!hasClasses(task)) return (outputs[row]! - label) ** 2;
    let score = 0;
    for (let k = 0; k < classes; k++)
      score += (probabilityOf(outputs, row * width, width, k) - Number(k === label)) ** 2;
    return score;
  });
}

/** How much larger a loss is, as a share of the other; 1 beside one that is 0. */
export function relativeRise(loss: number, other: number): number {
  return (loss - other) / unitOf(other, loss);
}

/** What losses are told as shares of: `loss`, or where that is 0 `instead`. */
export function unitOf(loss: number, instead: number): number {
  return loss || instead || 1;
}
