import type { ModelTask } from '@driftloop/schemas';
import { hasClasses } from './answer-outputs.ts';

/**
 * The class that an answer names: the index of the largest probability, the first of equals; of a
 * single one, the probability of class 1, whether it is at least one half.
 *
 * @param outputs probabilities of many answers one after the other
 * @param offset where this answer begins
 * @param width probabilities per answer
 */
export function mostProbable(outputs: ArrayLike<number>, offset: number, width: number): number {
  return width === 1 ? Number((outputs[offset] ?? 0) >= 0.5) : largestOf(outputs, offset, width);
}

/** The same of logits: a single one is that of class 1, and 0 is one half. */
export function mostProbableLogit(logits: ArrayLike<number>, offset: number, width: number): number {
  return width === 1 ? Number((logits[offset] ?? 0) >= 0) : largestOf(logits, offset, width);
}

function largestOf(values: ArrayLike<number>, offset: number, width: number): number {
  let best = 0;
  let largest = values[offset] ?? 0;
  for (let index = 1; index < width; index++) {
    const value = values[offset + index] ?? 0;
    if (value > largest) {
      largest = value;
      best = index;
    }
  }
  return best;
}

/**
 * Reduces outputs to one number per row: the class that is named, or the value of a regression; of
 * several outputs the first.
 *
 * @param outputs row-major, rows × width
 */
export function predictedOf(
  outputs: Float32Array,
  rows: number,
  width: number,
  task: ModelTask,
): Float32Array<ArrayBuffer> {
  const predicted = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const start = row * width;
    predicted[row] = hasClasses(task) ? mostProbable(outputs, start, width) : (outputs[start] ?? 0);
  }
  return predicted;
}
