import { listed } from '@driftloop/errors';
import type { InferenceLabel, ModelSpec } from '@driftloop/schemas';
import { targetsOf } from './answer-outputs.ts';

type Told = Pick<InferenceLabel, 'label' | 'labelName' | 'values' | 'labelNames'>;
type TargetSpec = Pick<ModelSpec, 'task' | 'outputs'>;

const NONE: readonly never[] = [];

/**
 * The truth of each of several targets, in their order: numbers that float32 holds, or 1 and 0 for
 * labels that apply and do not. Undefined for a label that does not tell all of them.
 */
export function truthsOf(told: Told, spec: TargetSpec): readonly number[] | undefined {
  const { values = NONE, labelNames = NONE } = told;
  const targets = targetsOf(spec);
  if (labelNames.length > 0) {
    if (spec.task !== 'multilabel' || !labelNames.every((name) => targets.includes(name))) return undefined;
    return targets.map((name) => Number(labelNames.includes(name)));
  }
  return values.length === targets.length && values.every((value) => isTruth(value, spec))
    ? values
    : undefined;
}

/**
 * What is wrong with a label of a model with several targets; undefined for one that can be used.
 */
export function targetsProblem(told: Told, spec: TargetSpec & Pick<ModelSpec, 'model'>): string | undefined {
  if (truthsOf(told, spec) !== undefined) return undefined;
  const { values = NONE, labelNames = NONE } = told;
  const targets = targetsOf(spec);
  const { model, task } = spec;
  const them = `${task === 'multilabel' ? 'labels' : 'targets'} ${listed(targets)}`;
  if (labelNames.length > 0) {
    if (task !== 'multilabel')
      return `The label names ${listed(labelNames)}; model '${model}' is a ${task} of the ${them}: send values, one number for each.`;
    const strange = labelNames.filter((name) => !targets.includes(name));
    return `The label names ${listed(strange)}; model '${model}' has the ${them}.`;
  }
  if (values.length === 0)
    return `The label has no values; model '${model}' has the ${them}: send values, one number for each${task === 'multilabel' ? ', or labelNames, those that apply' : ''}.`;
  if (values.length !== targets.length)
    return `The label has ${values.length} values; model '${model}' has the ${targets.length} ${them}, one value for each.`;
  const wrong = values.findIndex((value) => !isTruth(value, spec));
  const wanted =
    task === 'multilabel' ? '1 (it applies) or 0 (it does not)' : 'a finite number that a float32 holds';
  return `The label says ${values[wrong]} for '${targets[wrong]}' of model '${model}'; it must be ${wanted}.`;
}

function isTruth(value: number, { task }: TargetSpec): boolean {
  return task === 'multilabel' ? value === 0 || value === 1 : Number.isFinite(Math.fround(value));
}
