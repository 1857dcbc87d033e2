import type { ModelTask } from '@driftloop/schemas';

/**
 * Reduces outputs to one number per row. Pure.
 *
 * @param outputs row-major, rows × width
 * @returns the value of a regression; for classes the index of the largest probability, the lowest of equal ones; for a
 *   binary task with one output (the probability of class 1) whether it is at least one half
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
    const first = outputs[start] ?? 0;
    if (task === 'regression') {
      predicted[row] = first;
    } else if (width === 1) {
      predicted[row] = first >= 0.5 ? 1 : 0;
    } else {
      let best = 0;
      let largest = first;
      for (let index = 1; index < width; index++) {
        const value = outputs[start + index] ?? 0;
        if (value > largest) {
          largest = value;
          best = index;
        }
      }
      predicted[row] = best;
    }
  }
  return predicted;
}
