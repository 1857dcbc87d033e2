import { join } from 'node:path';
import { makeFirstVersion, readTable, type Table } from '@driftloop/cli';
import { type Engine, predict } from '@driftloop/continual';
import { defaultSpec } from '@driftloop/registry';
import type { ModelSpec } from '@driftloop/schemas';
import { type LabelledRows, mostProbable } from '@driftloop/spec';

/** Rows of a table to train on, and others to test on. */
export interface Split {
  readonly table: string;
  readonly number: number;
  readonly isRegression: boolean;
  /** The rows to test on come after those to train on. */
  readonly isByTime: boolean;
  /** What its two files begin with. */
  readonly name: string;
}

const INTERVAL_MS = 1_000;
const START_MS = Date.UTC(2020, 0, 1);

/**
 * Makes a first version with defaults.
 * @returns its accuracy on the rows to test on; R² of values
 */
export async function scoreSplit(
  engine: Engine,
  folder: string,
  { name, isRegression }: Split,
  seed: number,
): Promise<number> {
  const train = await readTable(join(folder, `${name}.train.csv`));
  const test = await readTable(join(folder, `${name}.test.csv`));
  const spec = specOf(train, test, isRegression);
  const { onnx } = await makeFirstVersion(engine, { spec, factory: 'mlp', data: rowsOf(train), seed });
  const { outputs, outputWidth } = await predict(engine, onnx, test.features, spec.features.length);
  return isRegression ? rSquared(outputs, test.labels) : accuracy(outputs, outputWidth, test.labels);
}

function specOf(train: Table, test: Table, isRegression: boolean): ModelSpec {
  const largest = (labels: Float32Array) => labels.reduce((most, label) => Math.max(most, label), 0);
  const classes = 1 + Math.max(largest(train.labels), largest(test.labels));
  const task = isRegression ? 'regression' : classes > 2 ? 'multiclass' : 'binary';
  return defaultSpec({
    model: 'table',
    task,
    classes: isRegression ? 0 : classes,
    features: train.featureNames.map((feature) => ({ name: feature, kind: 'numeric', allowMissing: false })),
    intervalMs: INTERVAL_MS,
  });
}

function rowsOf({ rows, featureNames, features, labels }: Table): LabelledRows {
  return {
    rows,
    width: featureNames.length,
    features,
    labels,
    weights: new Float32Array(rows).fill(1),
    eventTimes: Float64Array.from(labels, (_, row) => START_MS + row * INTERVAL_MS),
  };
}

function accuracy(outputs: Float32Array, width: number, labels: Float32Array): number {
  const right = labels.filter((label, row) => mostProbable(outputs, row * width, width) === label);
  return right.length / labels.length;
}

function rSquared(values: Float32Array, labels: Float32Array): number {
  const mean = labels.reduce((sum, label) => sum + label, 0) / labels.length;
  const squares = (of: (label: number, row: number) => number) =>
    labels.reduce((sum, label, row) => sum + of(label, row) ** 2, 0);
  return 1 - squares((label, row) => values[row]! - label) / squares((label) => label - mean);
}
