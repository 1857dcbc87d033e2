import { listed, type Refusal } from '@driftloop/errors';
import type { IncumbentAnswer, ModelSpec } from '@driftloop/schemas';
import { hasClasses, outputsOf } from './answer-outputs.ts';
import { isLabel, labelOf, labelProblem } from './label.ts';
import { mostProbable } from './most-probable.ts';
import { isOutputWidth, outputWidthsOf } from './outputs.ts';

/** An answer of the incumbent in the form that driftloop's own answers have. */
export interface ReadAnswer {
  /** One probability per class, the value of a regression, or each of several outputs. */
  readonly outputs: Float32Array;
  /** Class index, or the value of a regression; of several outputs the first. */
  readonly predicted: number;
}

type AnswerSpec = Pick<ModelSpec, 'model' | 'task' | 'classes' | 'classNames' | 'outputs'>;

/** Probabilities of float32 and of rounded logs: so far may they lie outside [0, 1]. */
const TOLERANCE = 1e-3;

/** Numbers per answer of the incumbent, as {@link incumbentAnswerOf} gives them. */
export function incumbentWidthOf(spec: Pick<ModelSpec, 'task' | 'classes' | 'outputs'>): number {
  return hasClasses(spec.task) ? spec.classes : Math.max(1, outputsOf(spec).length);
}

/**
 * What an incumbent answered, by the rules of labels and outputs: a class by its name or index,
 * with or without probabilities; a class alone counts as certain. Where both are told, the class is
 * the answer: an incumbent may decide at another threshold than one half. Several outputs are told
 * in the spec's order, all of them.
 *
 * @returns a refusal (ANSWER_INVALID) for what is no answer of such a model
 */
export function incumbentAnswerOf(given: IncumbentAnswer, spec: AnswerSpec): ReadAnswer | Refusal {
  if (hasClasses(spec.task)) return classOf(given, spec);
  return incumbentWidthOf(spec) > 1 ? severalOf(given, spec) : oneNumberOf(given, spec);
}

function oneNumberOf(given: IncumbentAnswer, spec: AnswerSpec): ReadAnswer | Refusal {
  const { outputs, predicted, predictedName } = given;
  if (outputs.length > 1 || (predictedName ?? null) !== null)
    return refuse(spec, `${shown(given)}; a ${spec.task} answers one number`);
  const value = Math.fround(outputs[0] ?? predicted ?? Number.NaN);
  return Number.isFinite(value)
    ? { outputs: Float32Array.of(value), predicted: value }
    : refuse(spec, `${shown(given)}; a ${spec.task} answers a finite number`);
}

function severalOf(given: IncumbentAnswer, spec: AnswerSpec): ReadAnswer | Refusal {
  const { outputs, predictedName } = given;
  const isOne = spec.task === 'multilabel' ? isProbability : Number.isFinite;
  const isWhole = outputs.length === incumbentWidthOf(spec) && outputs.every((value) => isOne(value));
  if (isWhole && (predictedName ?? null) === null) return { outputs, predicted: outputs[0] as number };
  const names = listed(outputsOf(spec).map(({ name }) => name));
  return refuse(
    spec,
    `${shown(given)}; it answers ${names} in outputs, ${spec.task === 'multilabel' ? 'each a probability from 0 to 1' : 'each a finite number'}`,
  );
}

function classOf(given: IncumbentAnswer, spec: AnswerSpec): ReadAnswer | Refusal {
  const { outputs, predicted = null, predictedName = null } = given;
  const isTold = predicted !== null || predictedName !== null;
  if (outputs.length === 0 && !isTold) return refuse(spec, 'neither a class nor probabilities');
  const probabilities = outputs.length === 0 ? undefined : probabilitiesOf(outputs, spec);
  if (outputs.length > 0 && probabilities === undefined)
    return refuse(
      spec,
      `${shown(given)}; a ${spec.task} model answers ${outputWidthsOf(spec).join(' or ')} probabilities from 0 to 1`,
    );
  if (!isTold) {
    const all = probabilities ?? new Float32Array(spec.classes);
    return { outputs: all, predicted: mostProbable(all, 0, all.length) };
  }
  const told = { label: predicted ?? Number.NaN, labelName: predictedName };
  const answered = labelOf(told, spec);
  if (!isLabel(answered, spec)) return refuse(spec, `no class of it. ${labelProblem(told, spec) ?? ''}`);
  return { outputs: probabilities ?? certain(answered, spec.classes), predicted: answered };
}

function probabilitiesOf(outputs: Float32Array, spec: AnswerSpec): Float32Array | undefined {
  if (!isOutputWidth(outputs.length, spec)) return undefined;
  if (!outputs.every(isProbability)) return undefined;
  if (outputs.length > 1) return outputs;
  const positive = outputs[0] as number;
  return Float32Array.of(1 - positive, positive);
}

function isProbability(value: number): boolean {
  return value >= -TOLERANCE && value <= 1 + TOLERANCE;
}

function certain(answered: number, classes: number): Float32Array {
  const outputs = new Float32Array(classes);
  outputs[answered] = 1;
  return outputs;
}

function shown({ outputs, predicted = null, predictedName = null }: IncumbentAnswer): string {
  const answer =
    outputs.length > 0 ? `[${outputs.slice(0, 5).join(', ')}${outputs.length > 5 ? ', …' : ''}]` : '';
  return (
    [answer, predictedName === null ? '' : `'${predictedName}'`, predicted === null ? '' : String(predicted)]
      .filter((part) => part !== '')
      .join(' and ') || 'nothing'
  );
}

function refuse({ model }: AnswerSpec, what: string): Refusal {
  return {
    code: 'ANSWER_INVALID',
    reason: `The incumbent's answer to a request of model '${model}' is ${what}. Correct the field 'answer' and send the request again.`,
  };
}
