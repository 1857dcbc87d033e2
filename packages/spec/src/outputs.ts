import type { ModelSpec } from '@driftloop/schemas';

/** Numbers that an answer may have for a task, the usual one first. */
export function outputWidthsOf({ task, classes }: Pick<ModelSpec, 'task' | 'classes'>): number[] {
  if (task === 'regression') return [1];
  return task === 'binary' ? [2, 1] : [classes];
}

/** Whether an answer may have so many numbers. Asked for every row. */
export function isOutputWidth(
  width: number,
  { task, classes }: Pick<ModelSpec, 'task' | 'classes'>,
): boolean {
  return width === 1 ? task !== 'multiclass' : width === classes && task !== 'regression';
}

/**
 * The probability that an answer gives to a class; a binary model may answer with one probability,
 * of class 1.
 *
 * @param outputs probabilities of many answers one after the other
 * @param offset where this answer begins
 * @param width probabilities per answer
 * @returns NaN for a class that the answer does not have
 */
export function probabilityOf(
  outputs: ArrayLike<number>,
  offset: number,
  width: number,
  label: number,
): number {
  if (width === 1) {
    const probability = outputs[offset] ?? Number.NaN;
    return label === 1 ? probability : 1 - probability;
  }
  return outputs[offset + label] ?? Number.NaN;
}
