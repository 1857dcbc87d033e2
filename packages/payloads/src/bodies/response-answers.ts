import type { IncumbentAnswer, ModelSpec } from '@driftloop/schemas';
import { invalid, isObject, parseBody } from './parse-body.ts';
import { seldonRows } from './seldon.ts';
import { type RowTensor, tensorsOf } from './tensors.ts';

/** What a response says. */
export interface ResponseAnswers {
  /** One per row. */
  readonly answers: readonly IncumbentAnswer[];
  /** `model_version` of v2; empty where the response does not say. */
  readonly version: string;
}

/**
 * The answers of a response: `{"predictions": …}` of v1, `{"outputs": …}` of v2 or Seldon's
 * `{"data": …}`. Of several tensors one may hold classes and one probabilities. A whole number
 * alone is a class, any other of a binary model the probability of class 1. Pure; whether they are
 * answers of the model is for who reads them.
 *
 * @throws DriftloopError PAYLOAD_INVALID
 */
export function responseAnswers(body: Uint8Array, spec: ModelSpec): ResponseAnswers {
  const parsed = parseBody(body, 'response');
  const version = typeof parsed.model_version === 'string' ? parsed.model_version : '';
  if (Array.isArray(parsed.predictions))
    return { answers: parsed.predictions.map((cell: unknown) => answerOf(cellsOf(cell), spec)), version };
  if (Array.isArray(parsed.outputs))
    return { answers: tensorAnswers(tensorsOf(parsed, 'response'), spec), version };
  if ('data' in parsed)
    return { answers: seldonRows(parsed, 'response').rows.map((row) => answerOf(row, spec)), version };
  throw invalid('response', "has none of 'predictions' (v1), 'outputs' (v2) and 'data' (Seldon)");
}

function cellsOf(prediction: unknown): readonly unknown[] {
  if (isObject(prediction))
    throw invalid(
      'response',
      'has objects as predictions; read are numbers, names of classes and lists of probabilities',
    );
  return Array.isArray(prediction) ? prediction : [prediction];
}

function tensorAnswers(tensors: readonly RowTensor[], spec: ModelSpec): IncumbentAnswer[] {
  const widthOf = ({ rows }: RowTensor) => rows[0]?.length ?? 1;
  const told = tensors.find((tensor) => widthOf(tensor) === 1);
  const probabilities =
    spec.task === 'regression'
      ? undefined
      : tensors.find((tensor) => tensor !== told && widthOf(tensor) === spec.classes);
  const first = told ?? probabilities;
  if (first === undefined)
    throw invalid(
      'response',
      `has no tensor of one answer per row, nor of ${spec.classes} probabilities: ${tensors.map((tensor) => `${tensor.name} [${tensor.rows.length}, ${widthOf(tensor)}]`).join(', ')}`,
    );
  return first.rows.map((row, index) => {
    const answer = answerOf(row, spec);
    if (first === probabilities || probabilities === undefined) return answer;
    return { ...answer, outputs: floats(probabilities.rows[index] ?? []) };
  });
}

const NONE = new Float32Array();

function answerOf(cells: readonly unknown[], spec: ModelSpec): IncumbentAnswer {
  const [cell, ...others] = cells;
  if (others.length > 0) return { outputs: floats(cells) };
  if (typeof cell === 'string') return { outputs: NONE, predictedName: cell };
  const value = typeof cell === 'boolean' ? Number(cell) : cell;
  if (typeof value !== 'number') throw invalid('response', `has ${JSON.stringify(cell)} as an answer`);
  return spec.task === 'regression' || !Number.isInteger(value)
    ? { outputs: Float32Array.of(value) }
    : { outputs: NONE, predicted: value };
}

function floats(cells: readonly unknown[]): Float32Array {
  const odd = cells.find((cell) => typeof cell !== 'number');
  if (odd !== undefined) throw invalid('response', `has ${JSON.stringify(odd)} among its probabilities`);
  return Float32Array.from(cells as readonly number[]);
}
