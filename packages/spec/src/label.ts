import type { ModelSpec } from '@driftloop/schemas';

/**
 * Whether a label is one of a model: a class index below `classes`, or for a regression a finite
 * number that float32 holds, as which it is trained on. Asked for every row.
 */
export function isLabel(label: number, { task, classes }: Pick<ModelSpec, 'task' | 'classes'>): boolean {
  return task === 'regression'
    ? Number.isFinite(Math.fround(label))
    : Number.isInteger(label) && label >= 0 && label < classes;
}

/**
 * What is wrong with a label of a model, in words; undefined for one that can be used. The gateway
 * refuses others, and what reads labels from the log counts them as rejected.
 */
export function labelProblem(
  label: number,
  { model, task, classes }: Pick<ModelSpec, 'model' | 'task' | 'classes'>,
): string | undefined {
  if (isLabel(label, { task, classes })) return undefined;
  return task === 'regression'
    ? `The label is ${label}; a regression takes finite numbers from -3.4e38 to 3.4e38, what a float32 holds.`
    : `The label is ${label}; model '${model}' has classes 0 to ${classes - 1}.`;
}
