import { DriftloopError } from '@driftloop/errors';
import type { ModelSpec } from '@driftloop/schemas';
import { hasClasses, outputsOf, probabilityOf } from '@driftloop/spec';
import type { GivenAnswer } from '../answers/answers.ts';
import type { Datatype, Element, Tensor } from './datatypes.ts';

type OutputSpec = Pick<ModelSpec, 'model' | 'task' | 'classes' | 'classNames' | 'outputs'>;

/** An output as metadata says it; -1 is any number of rows. */
export interface OutputHead {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
}

/**
 * What a model answers: probabilities and the label of the class, the value of a regression, or
 * each of several outputs by its name.
 */
export function outputHeads(spec: OutputSpec): OutputHead[] {
  const { task, classes, classNames = [] } = spec;
  if (!hasClasses(task)) {
    const outputs = outputsOf(spec);
    return (outputs.length > 0 ? outputs : [{ name: 'value' }]).map(({ name }) => ({
      name,
      datatype: 'FP32',
      shape: [-1, 1],
    }));
  }
  return [
    { name: 'probabilities', datatype: 'FP32', shape: [-1, classes] },
    { name: 'label', datatype: classNames.length > 0 ? 'BYTES' : 'INT64', shape: [-1] },
  ];
}

/**
 * Answers as tensors, in the order of the names.
 *
 * @param names outputs that are wanted; all where there are none
 * @throws DriftloopError REQUEST_INVALID for one that the model does not have
 */
export function outputTensors(
  answers: readonly GivenAnswer[],
  names: readonly string[],
  spec: OutputSpec,
): Tensor[] {
  const heads = selectOutputs(names, spec);
  return heads.map((head) => ({
    ...head,
    shape: head.shape.map((size) => (size < 0 ? answers.length : size)),
    data: answers.flatMap((answer) => elementsOf(head, answer, spec)),
  }));
}

/**
 * The outputs of these names; all where there are none.
 *
 * @throws DriftloopError REQUEST_INVALID for one that the model does not have
 */
export function selectOutputs(names: readonly string[], spec: OutputSpec): OutputHead[] {
  const heads = outputHeads(spec);
  if (names.length === 0) return heads;
  return names.map((wanted) => {
    const head = heads.find(({ name }) => name === wanted);
    if (head) return head;
    const known = heads.map(({ name }) => name).join(', ');
    throw new DriftloopError(
      'REQUEST_INVALID',
      `Model '${spec.model}' has no output '${wanted}'; it has ${known}.`,
    );
  });
}

function elementsOf({ name }: OutputHead, answer: GivenAnswer, spec: OutputSpec): Element[] {
  const { outputs, predicted } = answer;
  if (!hasClasses(spec.task)) {
    const place = outputsOf(spec).findIndex((output) => output.name === name);
    return [outputs[Math.max(0, place)] ?? Number.NaN];
  }
  if (name === 'label') return [spec.classNames?.[predicted] ?? predicted];
  return Array.from({ length: spec.classes }, (_, label) => probabilityOf(outputs, 0, outputs.length, label));
}
