import assert from 'node:assert/strict';
import { test } from 'node:test';
import { predict } from '@driftloop/continual';
import { createOrtEngine } from '@driftloop/engine-ort';
import type { ModelSpec } from '@driftloop/schemas';
import { type LabelledRows, outputsOf, probabilityOf, rowWidthOf, textColumnsOf } from '@driftloop/spec';
import { type Admitted, admitModel } from '../../src/register/admit.ts';
import {
  differenceFrom,
  type Expected,
  featuresOf,
  NAMES,
  readExported,
  repeatedRows,
} from './exported-file.ts';

/** Weights that training changes, by file; none where the file has none that are float32. */
const TRAINED: Readonly<Record<string, readonly number[][]>> = {
  'columns-vector-one-input': [[1, 9], [1]],
  'columns-vector-two-inputs': [
    [9, 4],
    [1, 4],
    [4, 1],
    [1, 1],
  ],
  'keras-columns': [[3, 4], [5, 8], [8], [8, 2], [2]],
  'keras-sigmoid': [[3, 8], [8], [8, 1], [1]],
  'keras-softmax': [[8, 3], [3], [3, 8], [8]],
  'keras-value': [[3, 8], [8], [8, 1], [1]],
  'onnx-bool': [[3, 1], [1]],
  'onnx-int16': [[3, 2], [2]],
  'onnx-int8': [[3, 2], [2]],
  'onnx-uint16': [[3, 2], [2]],
  'onnx-uint32': [[3, 2], [2]],
  'onnx-uint64': [[3, 2], [2]],
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

const engine = createOrtEngine({ logSeverity: 4 });

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

/** Each output has its own reference, and the answer as a whole an error that is not 0. */
function checkSeveral({ profile, metrics, training }: Admitted, spec: ModelSpec): void {
  const { layout, outputs = [] } = profile.outputs;
  assert.deepEqual(
    layout.outputs?.map(({ name }) => name),
    outputsOf(spec).map(({ name }) => name),
  );
  assert.equal(outputs.length, outputsOf(spec).length);
  assert.ok((metrics.error ?? 0) > 0);
  assert.match(training.possible ? '' : training.reason, /served and watched, not trained/);
}

for (const name of NAMES) {
  test(`${name}: answers as ONNX Runtime in Python, is described, and trained where it has weights`, async () => {
    const { file, expected, spec } = readExported(name);
    const texts: string[] = [];
    const features = featuresOf(expected, spec, texts);
    const data = repeatedRows(features, expected, spec, texts);
    const admitted = await admitModel(engine, { file, spec, data, freezeUnsupported: false });
    const free = textColumnsOf(spec.features, texts);
    const { outputs } = await predict(engine, admitted.onnx, features, rowWidthOf(spec), free);
    assert.equal(differenceFrom(expected, outputs), undefined);
    assert.equal(admitted.profile.features.length, spec.features.length);
    if (outputsOf(spec).length > 0) checkSeveral(admitted, spec);
    const isScaledByRun = admitted.changes.some((change) => change.includes('quantised as it runs'));
    assert.equal(isScaledByRun, name === 'pytorch-int8-dynamic');
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
