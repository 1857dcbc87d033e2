import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { validateSpec } from '@driftloop/registry';
import type { ModelSpec } from '@driftloop/schemas';
import {
  type LabelledRows,
  mostProbable,
  outputsOf,
  probabilityOf,
  type RequestColumns,
  requestRefusal,
  rowOf,
  rowWidthOf,
  targetsOf,
} from '@driftloop/spec';
import { readModelFile } from '../../src/register/model-file.ts';

/** What is served of a file as its exporter wrote it. */
export interface Expected {
  readonly spec: Pick<ModelSpec, 'task' | 'classes' | 'classNames' | 'features' | 'outputs'>;
  /**
   * How far answers may lie from ONNX Runtime's in Python, which ran the file with its own inputs.
   */
  readonly tolerance: number;
  /** Values by column, as a table has them; null where one is missing. */
  readonly rows: Readonly<Record<string, readonly (number | string | readonly number[] | null)[]>>;
  readonly answers: readonly (readonly number[])[];
}

const FOLDER = new URL('models/', import.meta.url);

/** Names of all files. */
export const NAMES = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.onnx'))
  .map((file) => file.slice(0, -'.onnx'.length));

const elec = JSON.parse(readFileSync(new URL('../../../examples/elec/spec.json', import.meta.url), 'utf8'));

/** @param policies of the spec, in place of those of examples/elec */
export function readExported(name: string, policies: Partial<ModelSpec> = {}) {
  const file = readModelFile(fileURLToPath(new URL(`${name}.onnx`, FOLDER)));
  const expected: Expected = JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'));
  return { file, expected, spec: validateSpec({ ...elec, model: name, ...policies, ...expected.spec }) };
}

/** The rows as requests that name their columns; what is missing is not there. */
export function namedRowsOf({ rows }: Expected): Required<RequestColumns>[] {
  const count = Object.values(rows)[0]?.length ?? 0;
  return Array.from({ length: count }, (_, i) => {
    const values = Object.entries(rows).flatMap(([name, column]) => {
      const value = column[i];
      return value === null || value === undefined ? [] : [[name, value] as const];
    });
    const ofType = <T>(type: string) =>
      Object.fromEntries(values.filter(([, value]) => typeof value === type)) as Record<string, T>;
    return {
      features: new Float32Array(),
      numbers: ofType<number>('number'),
      texts: ofType<string>('string'),
      vectors: Object.fromEntries(
        values.flatMap(([column, value]) =>
          Array.isArray(value) ? [[column, Float32Array.from(value)]] : [],
        ),
      ),
    };
  });
}

/** The rows by the way of a request that names its columns; free texts come into `kept`. */
export function featuresOf(expected: Expected, spec: ModelSpec, kept: string[] = []): Float32Array {
  return Float32Array.from(
    namedRowsOf(expected).flatMap((columns) => {
      const row = rowOf(columns, spec, kept);
      assert.equal(requestRefusal(columns, row, spec), undefined);
      return [...row];
    }),
  );
}

/**
 * Enough rows to be described and trained on. What the model answers, and for every third row
 * something else, is their truth.
 */
export function repeatedRows(
  features: Float32Array,
  { answers }: Expected,
  spec: ModelSpec,
  texts: readonly string[] = [],
): LabelledRows {
  const width = rowWidthOf(spec);
  const rows = 15 * answers.length;
  const outputs = outputsOf(spec);
  const targets = targetsOf(spec).length;
  const truths = answers.flatMap((answer, i) => {
    if (outputs.length > 0)
      return Array.from({ length: targets }, (_, target) => {
        const told = answer[outputs.findIndex((output) => output.target === target)] ?? 0;
        return spec.task === 'multilabel' ? Number(told >= 0.5 !== (i % 3 === 0)) : told + (i % 3);
      });
    if (spec.task === 'regression') return (answer[0] ?? 0) + (i % 3);
    const told = mostProbable(answer, 0, answer.length);
    const other = (told + 1) % spec.classes;
    return i % 3 === 0 && probabilityOf(answer, 0, answer.length, other) > 0.01 ? other : told;
  });
  return {
    rows,
    width,
    features: Float32Array.from({ length: rows * width }, (_, i) => features[i % features.length] ?? 0),
    labels: Float32Array.from({ length: rows * targets }, (_, i) => truths[i % truths.length] ?? 0),
    ...(targets === 1 ? {} : { targets }),
    weights: new Float32Array(rows).fill(1),
    eventTimes: Float64Array.from({ length: rows }, (_, row) => 1000 * row),
    texts,
  };
}

/** What is too far from ONNX Runtime's answers, in words; undefined where nothing is. */
export function differenceFrom(
  { answers, tolerance }: Expected,
  outputs: ArrayLike<number>,
): string | undefined {
  const wanted = answers.flat();
  if (outputs.length !== wanted.length) return `${outputs.length} numbers instead of ${wanted.length}`;
  const wrong = wanted.findIndex((one, i) => {
    const difference = Math.abs((outputs[i] ?? Number.NaN) - one) / Math.max(1, Math.abs(one));
    return !(difference <= tolerance);
  });
  return wrong < 0 ? undefined : `number ${wrong}: ${outputs[wrong]} instead of ${wanted[wrong]}`;
}
