import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { predict } from '@driftloop/continual';
import { createOrtEngine } from '@driftloop/engine-ort';
import { validateSpec } from '@driftloop/registry';
import type { ModelSpec } from '@driftloop/schemas';
import {
  type LabelledRows,
  mostProbable,
  probabilityOf,
  requestRefusal,
  rowOf,
  rowWidthOf,
  textColumnsOf,
} from '@driftloop/spec';
import { admitModel } from '../../src/register/admit.ts';
import { readModelFile } from '../../src/register/model-file.ts';

/** What is served of a file as its exporter wrote it. */
interface Expected {
  readonly spec: Pick<ModelSpec, 'task' | 'classes' | 'classNames' | 'features'>;
  /**
   * How far answers may lie from ONNX Runtime's in Python, which ran the file with its own inputs.
   */
  readonly tolerance: number;
  /** Values by column, as a table has them; null where one is missing. */
  readonly rows: Readonly<Record<string, readonly (number | string | readonly number[] | null)[]>>;
  readonly answers: readonly (readonly number[])[];
}

/** Weights that training changes, by file; none where the file has none that are float32. */
const TRAINED: Readonly<Record<string, readonly number[][]>> = {
  'columns-vector-one-input': [[1, 9], [1]],
  'columns-vector-two-inputs': [
    [9, 4],
    [1, 4],
    [4, 1],
    [1, 1],
  ],
  'pytorch-bytes': [[4, 3, 3, 3], [4], [3, 64], [3]],
  'pytorch-codes': [[12, 4], [8, 10], [8], [1, 8], [1]],
  'pytorch-dynamo-codes': [[12, 4], [8, 10], [8], [1, 8], [1]],
  'pytorch-dynamo': [[8, 4], [8], [3, 8], [3]],
  'pytorch-external': [[8, 4], [8], [3, 8], [3]],
  'pytorch-opset9': [[8, 4], [8], [3, 8], [3]],
  'pytorch-tokens': [[30, 8], [2, 8], [2]],
  'pytorch-transformer': [[30, 8], [24], [8, 8], [8], [16], [8], [8], [2, 8], [2], [8, 24], [8, 16], [16, 8]],
  'sklearn-columns': [[1, 3], [1]],
  'sklearn-logistic-opset9': [[1, 9], [1]],
  'sklearn-logistic-texts': [[1, 9], [1]],
  'sklearn-logistic-three': [[3, 9], [3]],
  'sklearn-logistic-yes-first': [[1, 9], [1]],
  'sklearn-mlp-choice': [
    [9, 6],
    [1, 6],
    [6, 1],
    [1, 1],
  ],
  'sklearn-mlp-double': [
    [3, 6],
    [1, 6],
    [6, 1],
    [1, 1],
  ],
  'sklearn-mlp-texts': [
    [9, 6],
    [1, 6],
    [6, 3],
    [1, 3],
  ],
  'sklearn-ridge-empty-text': [[1, 5], [1]],
  'sklearn-ridge-missing': [[1, 9], [1]],
  'sklearn-whole-numbers': [[1, 3], [1]],
  'sklearn-two-wide-inputs': [[1, 9], [1]],
};

/** Whose probabilities come from no activation that is known: trained by their logarithms. */
const BY_LOGARITHMS: ReadonlySet<string> = new Set(['sklearn-columns']);

const FOLDER = new URL('models/', import.meta.url);
const NAMES = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.onnx'))
  .map((file) => file.slice(0, -'.onnx'.length));
const engine = createOrtEngine({ logSeverity: 4 });
const elec = JSON.parse(readFileSync(new URL('../../../examples/elec/spec.json', import.meta.url), 'utf8'));

function read(name: string) {
  const file = readModelFile(fileURLToPath(new URL(`${name}.onnx`, FOLDER)));
  const expected: Expected = JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'));
  return { file, expected, spec: validateSpec({ ...elec, model: 'm', ...expected.spec }) };
}

/** The rows by the way of a request that names its columns; free texts come into `kept`. */
function featuresOf({ rows }: Expected, spec: ModelSpec, kept: string[]): Float32Array {
  const count = Object.values(rows)[0]?.length ?? 0;
  const features = Array.from({ length: count }, (_, i) => {
    const values = Object.entries(rows).flatMap(([name, column]) => {
      const value = column[i];
      return value === null || value === undefined ? [] : [[name, value] as const];
    });
    const numbers = Object.fromEntries(values.filter(([, value]) => typeof value === 'number'));
    const texts = Object.fromEntries(values.filter(([, value]) => typeof value === 'string'));
    const lists = values.filter(([, value]) => Array.isArray(value));
    const vectors = Object.fromEntries(
      lists.map(([name, value]) => [name, Float32Array.from(value as readonly number[])]),
    );
    const request = { features: new Float32Array(), numbers, texts, vectors };
    const row = rowOf(request as Parameters<typeof rowOf>[0], spec, kept);
    assert.equal(requestRefusal(request as Parameters<typeof rowOf>[0], row, spec), undefined);
    return row;
  });
  return Float32Array.from(features.flatMap((row) => [...row]));
}

/**
 * Enough rows to be described and trained on. What the model answers, and for every third row
 * something else, is their truth.
 */
function repeated(
  features: Float32Array,
  { answers }: Expected,
  spec: ModelSpec,
  texts: readonly string[],
): LabelledRows {
  const width = rowWidthOf(spec);
  const rows = 15 * answers.length;
  const truths = answers.map((answer, i) => {
    if (spec.task === 'regression') return (answer[0] ?? 0) + (i % 3);
    const told = mostProbable(answer, 0, answer.length);
    const other = (told + 1) % spec.classes;
    return i % 3 === 0 && probabilityOf(answer, 0, answer.length, other) > 0.01 ? other : told;
  });
  return {
    rows,
    width,
    features: Float32Array.from({ length: rows * width }, (_, i) => features[i % features.length] ?? 0),
    labels: Float32Array.from({ length: rows }, (_, row) => truths[row % truths.length] ?? 0),
    weights: new Float32Array(rows).fill(1),
    eventTimes: Float64Array.from({ length: rows }, (_, row) => 1000 * row),
    texts,
  };
}

/** The loss of the answers on the first rows, as a step of training has to find it. */
function lossOf({ answers }: Expected, { labels }: LabelledRows, { task }: ModelSpec): number {
  const rows = Math.min(256, labels.length);
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const answer = answers[row % answers.length] ?? [];
    const label = labels[row] ?? 0;
    if (task === 'regression') sum += ((answer[0] ?? 0) - label) ** 2;
    else sum -= Math.log(probabilityOf(answer, 0, answer.length, label));
  }
  return sum / rows;
}

for (const name of NAMES) {
  test(`${name}: answers as ONNX Runtime in Python, is described, and trained where it has weights`, async () => {
    const { file, expected, spec } = read(name);
    const texts: string[] = [];
    const features = featuresOf(expected, spec, texts);
    const data = repeated(features, expected, spec, texts);
    const admitted = await admitModel(engine, { file, spec, data, freezeUnsupported: false });
    const free = textColumnsOf(spec.features, texts);
    const { outputs } = await predict(engine, admitted.onnx, features, rowWidthOf(spec), free);
    const answers = expected.answers.flat();
    assert.equal(outputs.length, answers.length);
    outputs.forEach((output, i) => {
      const wanted = answers[i] ?? Number.NaN;
      const difference = Math.abs(output - wanted) / Math.max(1, Math.abs(wanted));
      assert.ok(difference <= expected.tolerance, `number ${i}: ${output} instead of ${wanted}`);
    });
    assert.equal(admitted.profile.features.length, spec.features.length);
    const { training } = admitted;
    const trained = training.possible ? training.trained.map(({ dims }) => [...dims]) : training.reason;
    assert.deepEqual(training.possible ? trained : [], TRAINED[name] ?? []);
    if (!training.possible) return;
    // Where logits are there, a loss of logarithms would lose the gradient of sure answers.
    assert.equal('Log' in admitted.operators, BY_LOGARITHMS.has(name));
    const { lossBefore, lossAfter } = training.steps;
    assert.ok(lossAfter < lossBefore);
    const wanted = lossOf(expected, data, spec);
    assert.ok(Math.abs(lossBefore - wanted) < 1e-3 * (1 + wanted), `loss ${lossBefore} instead of ${wanted}`);
  });
}
