import { DriftloopError, listed } from '@driftloop/errors';
import type { ClassLabel } from './class-labels.ts';

/**
 * For each class of a spec the position that it has among a file's classes: by name where the spec
 * names its classes; else by number where the file's labels are the numbers 0, 1, … of the spec's;
 * else as the file has them. A file that numbers the classes of a spec with names has them in the
 * spec's order.
 *
 * @param labels what the file calls its classes, in its order
 * @param names what the spec calls them; empty when it does not
 * @throws DriftloopError MODEL_INVALID naming both, where they differ
 */
export function classOrder(labels: readonly ClassLabel[], names: readonly string[]): number[] {
  const isNumbered = [...labels].sort((a, b) => Number(a) - Number(b)).every((label, i) => label === i);
  if (names.length > 0) {
    const order = names.map((name) => labels.findIndex((label) => isCalled(label, name)));
    if (labels.length === names.length && new Set(order).size === names.length && !order.includes(-1))
      return order;
    if (!isNumbered || labels.length !== names.length)
      throw new DriftloopError(
        'MODEL_INVALID',
        `the ONNX file has the classes ${listed(labels)}, the spec names ${listed(names)} (classNames); they must be the same`,
      );
  }
  if (isNumbered) return labels.map((_, index) => labels.indexOf(index));
  return labels.map((_, index) => index);
}

/** Whether a label is what a spec's name says: the same text, or the same number or truth. */
export function isCalled(label: ClassLabel, name: string): boolean {
  if (String(label) === name) return true;
  if (typeof label === 'string') return false;
  if (label === 0 || label === 1) {
    if (name.toLowerCase() === (label === 1 ? 'true' : 'false')) return true;
  }
  return /\S/.test(name) && Number(name) === label;
}
