import type { ModelSpec } from '@driftloop/schemas';
import { hasClasses, outputsOf } from './answer-outputs.ts';

/** What of a spec says how many numbers an answer has. */
type WidthSpec = Pick<ModelSpec, 'task' | 'classes' | 'outputs'>;

/** Numbers that an answer may have for a task, the usual one first. */
export function outputWidthsOf(spec: WidthSpec): number[] {
  if (!hasClasses(spec.task)) return [Math.max(1, outputsOf(spec).length)];
  return spec.task === 'binary' ? [2, 1] : [spec.classes];
}

/** Whether an answer may have so many numbers. Asked for every row. */
export function isOutputWidth(width: number, spec: WidthSpec): boolean {
  if (!hasClasses(spec.task)) return width === Math.max(1, outputsOf(spec).length);
  return width === 1 ? spec.task === 'binary' : width === spec.classes;
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
