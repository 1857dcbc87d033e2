import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelSpec } from '@driftloop/schemas';
import { truthOf } from '@driftloop/spec';
import { toldLabel } from '../src/routes/told-label.ts';
import { outputHeads, outputTensors } from '../src/v2/output-tensors.ts';

const common = { model: 'm', classes: 0 };
const targets = { ...common, task: 'regression', outputs: [{ name: 'a' }, { name: 'b' }] } as const;
const labels = { ...common, task: 'multilabel', outputs: [{ name: 'a' }, { name: 'b' }] } as const;
const meant = (label: Parameters<typeof toldLabel>[0], spec: typeof targets | typeof labels) =>
  truthOf(toldLabel(label, spec as unknown as ModelSpec), spec);

test('values come as a list or by name, labels that apply by their names', () => {
  assert.deepEqual(meant([1, 2], targets), [1, 2]);
  assert.deepEqual(meant({ b: 2, a: 1 }, targets), [1, 2]);
  assert.deepEqual(meant(['b'], labels), [0, 1]);
  assert.deepEqual(meant([], labels), [0, 0]);
  assert.deepEqual(meant({ a: 1, b: 0 }, labels), [1, 0]);
});

test('what does not tell every target is no label', () => {
  for (const wrong of [[1], { a: 1 }, { a: 1, b: 2, c: 3 }, ['a'], [1, 'a'], [], 3, 'a'])
    assert.equal(meant(wrong as Parameters<typeof toldLabel>[0], targets), undefined, JSON.stringify(wrong));
});

test('v2 has a tensor for each output, by its name', () => {
  const answers = [Float32Array.of(1, 2), Float32Array.of(3, 4)].map((outputs) => ({
    outputs,
    predicted: outputs[0] ?? 0,
    version: 1,
    role: 'live' as const,
    eventTime: 0,
    servedAt: 0,
  }));
  assert.deepEqual(
    outputTensors(answers, ['b', 'a'], targets).map(({ name, shape, data }) => [name, shape, data]),
    [
      ['b', [2, 1], [2, 4]],
      ['a', [2, 1], [1, 3]],
    ],
  );
  assert.deepEqual(
    outputHeads({ ...common, task: 'ranking' }).map(({ name }) => name),
    ['score'],
  );
});
