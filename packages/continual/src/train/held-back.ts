import type { StepRunner } from '@driftloop/autodiff';
import { hasClasses, type LabelledRows, mostProbableLogit } from '@driftloop/spec';
import type { TaskSpec } from '../data/check-rows.ts';

/** How the present parameters do on rows that are not trained on. */
export interface HeldBackScore {
  /** Weighted mean loss. */
  readonly loss: number;
  /** Share of rows right; NaN for a regression. */
  readonly accuracy: number;
}

/** Scores rows by the training graph's own logits. Zero rows give loss 0. */
export async function scoreRows(
  runner: StepRunner,
  rows: LabelledRows,
  spec: TaskSpec,
): Promise<HeldBackScore> {
  const count = rows.rows;
  if (count === 0) return { loss: 0, accuracy: Number.NaN };
  const logits = await runner.logits(rows.features, count);
  return hasClasses(spec.task) ? scoreLogits(logits, rows, runner.outputWidth) : scoreValues(logits, rows);
}

function scoreLogits(logits: Float32Array, rows: LabelledRows, width: number): HeldBackScore {
  const count = rows.rows;
  let loss = 0;
  let weight = 0;
  let right = 0;
  for (let row = 0; row < count; row++) {
    const label = rows.labels[row]!;
    const at = row * width;
    const best = mostProbableLogit(logits, at, width);
    const rowLoss =
      width === 1 ? logisticLoss(logits[at]!, label) : softmaxLoss(logits, at, width, label, best);
    loss += rows.weights[row]! * rowLoss;
    weight += rows.weights[row]!;
    if (best === label) right++;
  }
  return { loss: loss / Math.max(weight, Number.MIN_VALUE), accuracy: right / count };
}

function logisticLoss(logit: number, label: number): number {
  return Math.max(logit, 0) - logit * label + Math.log1p(Math.exp(-Math.abs(logit)));
}

/**
 * @param best the largest logit's class: sums of exponentials are taken from there, so that none
 *   overflows
 */
function softmaxLoss(logits: Float32Array, at: number, width: number, label: number, best: number): number {
  let sum = 0;
  for (let k = 0; k < width; k++) sum += Math.exp(logits[at + k]! - logits[at + best]!);
  return Math.log(sum) + logits[at + best]! - logits[at + label]!;
}

function scoreValues(values: Float32Array, rows: LabelledRows): HeldBackScore {
  let loss = 0;
  let weight = 0;
  for (let row = 0; row < rows.rows; row++) {
    loss += rows.weights[row]! * (values[row]! - rows.labels[row]!) ** 2;
    weight += rows.weights[row]!;
  }
  return { loss: loss / Math.max(weight, Number.MIN_VALUE), accuracy: Number.NaN };
}
