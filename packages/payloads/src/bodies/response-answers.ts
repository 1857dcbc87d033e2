import { listed } from '@driftloop/errors';
import type { IncumbentAnswer, ModelSpec } from '@driftloop/schemas';
import { hasClasses, outputsOf } from '@driftloop/spec';
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
 * `{"data": …}`. Of several tensors one may hold classes and one probabilities; several
 * outputs are one tensor, or one for each by its name. A whole number
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
  const names = outputsOf(spec).map(({ name }) => name);
  if (names.length > 1) return outputAnswers(tensors, names);
  const told = tensors.find((tensor) => widthOf(tensor) === 1);
  const probabilities = hasClasses(spec.task)
    ? tensors.find((tensor) => tensor !== told && widthOf(tensor) === spec.classes)
    : undefined;
  const first = told ?? probabilities;
  if (first === undefined)
    throw invalid(
      'response',
      `has no tensor of one answer per row, nor of ${spec.classes} probabilities: ${shapesOf(tensors)}`,
    );
  return first.rows.map((row, index) => {
    const answer = answerOf(row, spec);
    if (first === probabilities || probabilities === undefined) return answer;
    return { ...answer, outputs: floats(probabilities.rows[index] ?? []) };
  });
}

function outputAnswers(tensors: readonly RowTensor[], names: readonly string[]): IncumbentAnswer[] {
  const whole = tensors.find((tensor) => widthOf(tensor) === names.length);
  if (whole !== undefined) return whole.rows.map((row) => ({ outputs: floats(row) }));
  const parts = names.flatMap(
    (name) => tensors.find((tensor) => tensor.name === name && widthOf(tensor) === 1) ?? [],
  );
  const rows = parts[0]?.rows ?? [];
  if (parts.length < names.length || parts.some((part) => part.rows.length !== rows.length))
    throw invalid(
      'response',
      `has no tensor of ${names.length} numbers per row, nor one of one for each of ${listed(names)}: ${shapesOf(tensors)}`,
    );
  return rows.map((_, row) => ({ outputs: floats(parts.map((part) => part.rows[row]?.[0])) }));
}

function widthOf({ rows }: RowTensor): number {
  return rows[0]?.length ?? 1;
}

function shapesOf(tensors: readonly RowTensor[]): string {
  return tensors.map((tensor) => `${tensor.name} [${tensor.rows.length}, ${widthOf(tensor)}]`).join(', ');
}

const NONE = new Float32Array();

function answerOf(cells: readonly unknown[], spec: ModelSpec): IncumbentAnswer {
  const [cell, ...others] = cells;
  if (others.length > 0) return { outputs: floats(cells) };
  if (typeof cell === 'string') return { outputs: NONE, predictedName: cell };
  const value = typeof cell === 'boolean' ? Number(cell) : cell;
  if (typeof value !== 'number') throw invalid('response', `has ${JSON.stringify(cell)} as an answer`);
  return !hasClasses(spec.task) || !Number.isInteger(value)
    ? { outputs: Float32Array.of(value) }
    : { outputs: NONE, predicted: value };
}

function floats(cells: readonly unknown[]): Float32Array {
  const odd = cells.find((cell) => typeof cell !== 'number');
  if (odd !== undefined) throw invalid('response', `has ${JSON.stringify(odd)} among its numbers`);
  return Float32Array.from(cells as readonly number[]);
}
