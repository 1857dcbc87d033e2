import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { predict } from '@driftloop/continual';
import { createOrtEngine } from '@driftloop/engine-ort';
import { DriftloopError } from '@driftloop/errors';
import { modelInterfaceOf, validateSpec } from '@driftloop/registry';
import type { ModelSpec } from '@driftloop/schemas';
import type { LabelledRows } from '@driftloop/spec';
import { admitModel } from '../src/register/admit.ts';

const FOLDER = new URL('onnx-files/', import.meta.url);
const engine = createOrtEngine({ logSeverity: 4 });
const elec = JSON.parse(readFileSync(new URL('../../examples/elec/spec.json', import.meta.url), 'utf8'));
/** Rows, and what ONNX Runtime for Python answers to them. */
const expected: { rows: number[][]; answers: Record<string, number[][]> } = JSON.parse(
  readFileSync(new URL('expected.json', FOLDER), 'utf8'),
);

/**
 * Served and trained in these weights; served, and why not trained; or refused, and what is said.
 */
type Verdict =
  | { readonly trained: readonly string[] }
  | { readonly untrained: RegExp }
  | { readonly refused: RegExp };

const MLP = { trained: ['w1', 'b1', 'w2', 'b2'] };
const LAYER = { trained: ['w', 'b'] };
const ONE_FILE = { refused: /lies outside the file, in weights\.bin; save the model as one file/ };
const LOADED = (what: string) => ({
  refused: new RegExp(`ONNX Runtime refuses the model: .*${what}.*Export it`),
});
const MISFIT = (what: string) => ({
  refused: new RegExp(`does not fit the spec of model 'm': it needs .*${what}`),
});
const NO_FLOATS = {
  untrained: /nothing to train: .*Weights are trained where they are float32 initializers/,
};

const VERDICTS: Readonly<Record<string, Verdict>> = {
  'plain-r': MLP,
  'plain-b': MLP,
  'plain-m': MLP,
  'unsorted-r': MLP,
  'alias-domain-r': MLP,
  'undeclared-output-r': MLP,
  'undeclared-shape-r': { untrained: /input x must declare its shape/ },
  'weights-as-inputs-r': MLP,
  'unread-input-r': MLP,
  'one-row-r': MLP,
  'two-outputs-r': MLP,
  'slashed-names-r': { trained: ['layer/w', 'layer/b'] },
  'double-r': { trained: ['w'] },
  'float16-weights-r': NO_FLOATS,
  'bfloat16-weights-r': NO_FLOATS,
  'float8-weights-r': NO_FLOATS,
  'int4-weights-r': NO_FLOATS,
  'float16-middle-r': { trained: ['w'] },
  'int8-dynamic-r': NO_FLOATS,
  'int8-dynamic-m': NO_FLOATS,
  'int8-qdq-r': NO_FLOATS,
  'int8-qdq-m': NO_FLOATS,
  'int8-qoperator-r': NO_FLOATS,
  'int8-qoperator-m': NO_FLOATS,
  'function-first-r': { untrained: /export the model with its shapes/ },
  'function-shapes-r': LAYER,
  'function-last-r': { untrained: /\(own\.Twice\) has no gradient/ },
  'function-opset13-r': LAYER,
  'if-r': { untrained: /export the model with its shapes/ },
  'if-shapes-r': LAYER,
  'if-opset13-r': { untrained: /export the model with its shapes/ },
  'if-opset13-m': { untrained: /export the model with its shapes/ },
  'if-shared-weight-r': { untrained: /\(If\) has no gradient/ },
  'if-reads-layer-r': { untrained: /\(If\) has no gradient/ },
  'if-rewritten-r': LAYER,
  'loop-r': { untrained: /export the model with its shapes/ },
  'sparse-weights-r': NO_FLOATS,
  'ml-only-tree-r': { untrained: /TreeEnsembleRegressor.* has no gradient/ },
  'ml-only-linear-r': { trained: ['y/coefficients', 'y/intercepts'] },
  'ml-only-tree-m': { untrained: /TreeEnsembleClassifier.* has no gradient/ },
  'ml-only-zipmap-m': { untrained: /TreeEnsembleClassifier.* has no gradient/ },
  'ml-only-scores-m': { refused: /answers -3, which is no probability.*Softmax or Sigmoid/ },
  'ml-only-labels-m': { untrained: /TreeEnsembleClassifier.* has no gradient/ },
  'default-nodes-not-imported-r': {
    untrained: /does not say of which ONNX opset.*export it again with opset 17/,
  },
  'no-imports-r': LOADED('Missing opset'),
  'opset-of-the-future-r': LOADED('Opset 99'),
  'opset-of-the-past-r': { refused: /has opset 5; export it again with opset 17/ },
  'microsoft-domain-r': { untrained: /FusedMatMul\) has no gradient/ },
  'unknown-operator-r': LOADED('Guess'),
  'four-features-r': MISFIT('one float32 input \\[rows, 3\\] but has x: float32 \\[rows, 4\\]'),
  'four-features-undeclared-r': { refused: /cannot be run on a row of zeros.*3 features/ },
  'two-answers-r': MISFIT('a float32 output \\[rows, 1\\] but has y: float32 \\[rows, 2\\]'),
  'two-answers-undeclared-r': { refused: /answers 2 numbers to a row of zeros.*must be 1 for each row/ },
  'four-classes-m': MISFIT('a float32 output \\[rows, 3\\] but has y: float32 \\[rows, 4\\]'),
  'one-answer-for-all-r': { refused: /answers 1 numbers to 256 rows at once, must be 1 for each row/ },
  'one-row-inside-r': MISFIT('but has y: float32 \\[1, 1\\]'),
  'float16-input-r': NO_FLOATS,
  'string-input-r': {
    refused: /input x takes texts, but feature 'a' of the spec has no categories.*"categories": \["…", "…"\]/,
  },
  'two-inputs-r': {
    refused:
      /do not fit the spec: it takes a: float32 \[rows, 3\], b: float32 \[rows, 1\] \(4 columns in all\), the spec has 3 features: a, b, c\./,
  },
  'no-inputs-r': MISFIT('but has none'),
  'no-nodes-r': MISFIT('but has x: float32 \\[rows, 3\\]'),
  'no-nodes-r1': NO_FLOATS,
  'no-outputs-r': { refused: /no graph with outputs/ },
  'circle-r': LOADED('not acyclic'),
  'outputs-nothing-makes-r': LOADED('Graph output \\(y\\) does not exist'),
  'torn-weights-r': LOADED("Initializer 'w': raw_data size"),
  'nan-r': { refused: /answers NaN to row 0/ },
  'external-weights-r': ONE_FILE,
  'external-in-branch-r': ONE_FILE,
  'external-constant-r': ONE_FILE,
  'external-unread-r': MLP,
};

const TASKS: Readonly<Record<string, Pick<ModelSpec, 'task' | 'classes'>>> = {
  r: { task: 'regression', classes: 0 },
  b: { task: 'binary', classes: 2 },
  m: { task: 'multiclass', classes: 3 },
};

/**
 * Files are named after what is odd in them, with their task and, unless there are three, the
 * number of features.
 */
function specOf(name: string): ModelSpec {
  const [, task = '', features] = /-([rbm])(\d?)$/.exec(name) ?? [];
  const named = [...'abc']
    .slice(0, Number(features || 3))
    .map((feature) => ({ name: feature, kind: 'numeric' }));
  return validateSpec({ ...elec, model: 'm', ...TASKS[task], features: named });
}

function rowsOf({ features: { length: width }, task, classes }: ModelSpec): LabelledRows {
  const rows = 300;
  const features = Float32Array.from({ length: rows * width }, (_, i) => Math.sin(i * i));
  const labelOf = (row: number) =>
    task === 'regression'
      ? 2 * features[width * row]! - 1
      : Math.floor(((1 + features[width * row]!) / 2.001) * classes);
  return {
    rows,
    width,
    features,
    labels: Float32Array.from({ length: rows }, (_, row) => labelOf(row)),
    weights: new Float32Array(rows).fill(1),
    eventTimes: Float64Array.from({ length: rows }, (_, row) => 1000 * row),
  };
}

const fileOf = (name: string) => readFileSync(new URL(`${name}.onnx`, FOLDER));
const admit = (name: string, file = fileOf(name)) => {
  const spec = specOf(name);
  return admitModel(engine, { file, spec, data: rowsOf(spec), freezeUnsupported: false });
};

test('every file has a verdict', () => {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.onnx'));
  assert.deepEqual(files.map((file) => file.slice(0, -'.onnx'.length)).sort(), Object.keys(VERDICTS).sort());
});

for (const [name, verdict] of Object.entries(VERDICTS)) {
  test(`${name}: ${'refused' in verdict ? 'is refused' : 'is served'}, with ${'trained' in verdict ? 'what is trained' : 'the reason'}`, async () => {
    if ('refused' in verdict) {
      await assert.rejects(admit(name), (error) => {
        assert.ok(error instanceof DriftloopError, String(error));
        assert.match(error.code, /^(MODEL|DATA)_INVALID$/);
        assert.match(error.message, verdict.refused);
        return true;
      });
      return;
    }
    const admitted = await admit(name);
    const { training, onnx, changes } = admitted;
    if ('trained' in verdict) {
      assert.ok(training.possible, JSON.stringify(training));
      assert.deepEqual(
        training.trained.map((weight) => weight.name),
        verdict.trained,
      );
    } else {
      assert.ok(!training.possible, 'it is trained');
      assert.match(training.reason, verdict.untrained);
    }
    // What the registry and serving will find in it.
    assert.deepEqual(await modelInterfaceOf(onnx, specOf(name)), admitted.tensors);
    const answers = expected.answers[name];
    if (answers === undefined) return;
    const width = specOf(name).features.length;
    const rows = Float32Array.from(expected.rows.flatMap((row) => row.slice(0, width)));
    const { outputs } = await predict(engine, onnx, rows, width);
    const isScored = changes.some((change) => change.startsWith('Softmax makes'));
    const wanted = answers.flatMap((row) => (isScored ? softmax(row) : row));
    outputs.forEach((output, i) => {
      assert.ok(Math.abs(output - wanted[i]!) < 1e-4, `number ${i}: ${output} instead of ${wanted[i]}`);
    });
  });
}

function softmax(scores: readonly number[]): number[] {
  const shares = scores.map((score) => Math.exp(score));
  const sum = shares.reduce((total, share) => total + share, 0);
  return shares.map((share) => share / sum);
}

test('what is no ONNX file, and rows of other features, are refused', async () => {
  const hasCode = (code: string, message: RegExp) => ({ code, message });
  await assert.rejects(admit('plain-r', Buffer.from('no')), hasCode('MODEL_INVALID', /not an ONNX file/));
  const spec = specOf('plain-r');
  const data = rowsOf(specOf('no-nodes-r1'));
  const options = { file: fileOf('plain-r'), spec, data, freezeUnsupported: false };
  await assert.rejects(admitModel(engine, options), hasCode('DATA_INVALID', /1 feature columns/));
});

test('a file cut off anywhere is refused with a reason, or served whole', async () => {
  const file = fileOf('if-opset13-m');
  for (let size = 0; size < file.length; size += 13) {
    await admit('if-opset13-m', file.subarray(0, size)).catch((error) => {
      assert.ok(error instanceof DriftloopError, `${size} bytes: ${error.stack}`);
    });
  }
});
