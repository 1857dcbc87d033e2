import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DriftloopError } from '@driftloop/errors';
import { GraphBuilder, serializeModel } from '@driftloop/onnx';
import { fitProblem } from '@driftloop/spec';
import { incumbentInterfaceOf, modelInterfaceOf } from '../src/model-interface.ts';
import { classifier } from './fixtures/models.ts';
import { specOf } from './fixtures/spec.ts';

const refused = (onnx: Uint8Array, pattern: RegExp, spec = specOf('m', 2)) =>
  assert.rejects(
    modelInterfaceOf(onnx, spec),
    (error) =>
      error instanceof DriftloopError && error.code === 'MODEL_INVALID' && pattern.test(error.message),
  );

test('finds the tensors that fit the spec', async () => {
  assert.deepEqual(await modelInterfaceOf(classifier(2, 1), specOf('m', 2)), {
    input: { name: 'x', shape: ['rows', 2] },
    output: { name: 'y', shape: ['rows', 2] },
  });
});

test('passes over the labels that converters of scikit-learn put first', async () => {
  const graph = new GraphBuilder({ name: 'sklearn' });
  const x = graph.input('x', 'float32', ['rows', 2]);
  graph.output(graph.node('ArgMax', [x], { axis: 1 }, 'label'));
  graph.output(graph.node('Softmax', [x], { axis: 1 }, 'probabilities'));
  assert.equal(
    (await modelInterfaceOf(serializeModel(graph.build()), specOf('m', 2))).output.name,
    'probabilities',
  );
});

test('takes one output for a binary task', async () => {
  const graph = new GraphBuilder({ name: 'sigmoid' });
  const x = graph.input('x', 'float32', ['rows', 1]);
  graph.output(graph.node('Sigmoid', [x], {}, 'p'));
  assert.deepEqual((await modelInterfaceOf(serializeModel(graph.build()), specOf('m', 1))).output.shape, [
    'rows',
    1,
  ]);
});

test('refuses what does not fit, saying what it has', async () => {
  await refused(classifier(3, 1), /needs one float32 input \[rows, 2\] but has x: float32 \[rows, 3\]/);
  await refused(
    classifier(2, 1, 5),
    /needs a float32 output \[rows, 2 or 1\] but has y: float32 \[rows, 5\]/,
  );
  await refused(Uint8Array.of(9, 9, 9), /ONNX/i);
  const fixed = new GraphBuilder({ name: 'fixed' });
  fixed.output(fixed.node('Softmax', [fixed.input('x', 'float32', [1, 2])], { axis: 1 }, 'y'));
  await refused(serializeModel(fixed.build()), /needs one float32 input/);
  const two = new GraphBuilder({ name: 'two' });
  const [a, b] = [two.input('a', 'float32', ['rows', 2]), two.input('b', 'float32', ['rows', 2])];
  two.output(two.node('Add', [a, b], {}, 'y'));
  await refused(serializeModel(two.build()), /has a: float32 \[rows, 2\], b: float32 \[rows, 2\]/);
});

test('a version that others serve takes what its spec has, free texts and embeddings too', () => {
  const spec = {
    ...specOf('m', 1),
    features: [
      { name: 'review', kind: 'text', allowMissing: false },
      { name: 'picture', kind: 'embedding', allowMissing: false, size: 3 },
    ],
  } as const;
  const tensors = incumbentInterfaceOf(spec);
  assert.deepEqual(tensors.texts, { name: '', shape: ['rows', 1] });
  assert.equal(fitProblem({ task: spec.task, ...tensors }, spec), undefined);
  assert.ok(!('texts' in incumbentInterfaceOf(specOf('m', 1))));
});
