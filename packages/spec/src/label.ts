import { listed } from '@driftloop/errors';
import type { InferenceLabel, ModelSpec } from '@driftloop/schemas';
import { hasClasses, targetsOf } from './answer-outputs.ts';
import { targetsProblem, truthsOf } from './target-truths.ts';

/** What a label says: a number, the name of a class, or the values of several targets. */
export type ToldLabel = Pick<InferenceLabel, 'label' | 'labelName' | 'values' | 'labelNames'>;

/**
 * A name that is a number. ClickHouse has the same expression, see
 * packages/warehouse/ingest/model.specs.sql.
 */
const NUMERIC_NAME = /^[-+]?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?$/;

/**
 * Whether a label is one of a model: a class index below `classes`, or for a regression or ranking
 * a finite number that float32 holds, as which it is trained on. Of several targets, whether one's
 * value is: 0 or 1 for a label that applies or not. Asked for every row.
 */
export function isLabel(label: number, { task, classes }: Pick<ModelSpec, 'task' | 'classes'>): boolean {
  if (task === 'multilabel') return label === 0 || label === 1;
  return hasClasses(task)
    ? Number.isInteger(label) && label >= 0 && label < classes
    : Number.isFinite(Math.fround(label));
}

/**
 * The class index, or the value of a regression, that a label means; NaN for a class that the spec
 * does not name. Where all names of classes are numbers (-1 and 1, or 1, 2 and 3), a number is
 * taken for a name: a valid index is never another class. Asked for every row.
 */
export function labelOf(told: ToldLabel, spec: Pick<ModelSpec, 'classNames'>): number {
  const { label, labelName } = told;
  if (tellsTargets(told)) return Number.NaN;
  const names = spec.classNames ?? [];
  if (labelName !== undefined && labelName !== null) return indexOrNaN(names.indexOf(labelName));
  const numbers = numericNames(names);
  return numbers === undefined ? label : indexOrNaN(numbers.indexOf(label));
}

/**
 * The truth of each target that a label tells, in the order of the spec's targets; undefined for
 * one that is no label of the model.
 */
export function truthOf(
  told: ToldLabel,
  spec: Pick<ModelSpec, 'task' | 'classes' | 'classNames' | 'outputs'>,
): readonly number[] | undefined {
  if (targetsOf(spec).length > 1) return truthsOf(told, spec);
  const label = labelOf(told, spec);
  return isLabel(label, spec) ? [label] : undefined;
}

/** Whether a label tells of several targets, which a model with one does not have. */
function tellsTargets({ values, labelNames }: ToldLabel): boolean {
  return (values !== undefined && values.length > 0) || (labelNames !== undefined && labelNames.length > 0);
}

/**
 * What is wrong with a label of a model, in words; undefined for one that can be used. The gateway
 * refuses others, and what reads labels from the log counts them as rejected.
 */
export function labelProblem(
  told: ToldLabel,
  spec: Pick<ModelSpec, 'model' | 'task' | 'classes' | 'classNames' | 'outputs'>,
): string | undefined {
  if (targetsOf(spec).length > 1) return targetsProblem(told, spec);
  if (isLabel(labelOf(told, spec), spec)) return undefined;
  if (tellsTargets(told))
    return `The label has values of several targets; model '${spec.model}' has one: send its label alone.`;
  const { model, task, classes, classNames = [] } = spec;
  const { label, labelName = null } = told;
  const shown = labelName === null ? String(label) : `'${labelName}'`;
  if (!hasClasses(task))
    return labelName === null
      ? `The label is ${shown}; a ${task} takes finite numbers from -3.4e38 to 3.4e38, what a float32 holds.`
      : `The label is ${shown}; model '${model}' is a ${task}, whose labels are numbers.`;
  if (classNames.length === 0)
    return labelName === null
      ? `The label is ${shown}; model '${model}' has classes 0 to ${classes - 1}.`
      : `The label is ${shown}, but the spec of model '${model}' names no classes (classNames); they are 0 to ${classes - 1}.`;
  return `The label is ${shown}; model '${model}' has the classes ${listed(classNames)}.`;
}

function indexOrNaN(index: number): number {
  return index < 0 ? Number.NaN : index;
}

const NUMBERS = new WeakMap<readonly string[], readonly number[] | 'none'>();

/** The names of classes as numbers, where all of them are. */
function numericNames(names: readonly string[]): readonly number[] | undefined {
  if (names.length === 0) return undefined;
  let numbers = NUMBERS.get(names);
  if (numbers === undefined) {
    numbers = names.every((name) => NUMERIC_NAME.test(name)) ? names.map(Number) : 'none';
    NUMBERS.set(names, numbers);
  }
  return numbers === 'none' ? undefined : numbers;
}
