import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ValueDescription } from '../../src/describe.ts';
import { planColumns } from '../../src/served-form/column-plan.ts';
import type { Dim } from '../../src/tensor-info.ts';

const input = (name: string, ...dims: Dim[]): ValueDescription => ({ name, type: 'float32', dims });
const spec = (...names: string[]) => names.map((name) => ({ name }));
const planOf = (inputs: readonly ValueDescription[], ...names: string[]) =>
  planColumns(inputs, spec(...names)).map(({ columns }) => columns);
const refuses = (message: RegExp, inputs: readonly ValueDescription[], ...names: string[]) =>
  assert.throws(() => planOf(inputs, ...names), { code: 'MODEL_INVALID', message });

test('inputs of one column take the feature of their name, wherever it stands in the spec', () => {
  assert.deepEqual(planOf([input('age', 'n', 1), input('job', 'n')], 'job', 'age'), [[1], [0]]);
  // As skl2onnx writes names.
  const written = [input('Income__CHF_', 'n', 1), input('Age', 'n', 1)];
  assert.deepEqual(planOf(written, 'age', 'Income (CHF)'), [[1], [0]]);
  // The exact name wins over one that is alike.
  assert.deepEqual(planOf([input('a_b', 'n', 1), input('A B', 'n', 1)], 'A B', 'a_b'), [[1], [0]]);
});

test('features that no input is called after are not needed, where all inputs have theirs', () => {
  assert.deepEqual(planOf([input('c', 'n', 1), input('a', 'n', 1)], 'a', 'b', 'c'), [[2], [0]]);
});

test('wide inputs take what is left in order, images by their sizes', () => {
  const inputs = [input('image', 'n', 2, 2, 1), input('age', 'n', 1), input('rest', 'n', 1, 2)];
  const [image, age, rest] = planOf(inputs, 'p0', 'p1', 'age', 'p2', 'p3', 'x', 'y');
  assert.deepEqual([image, age, rest], [[0, 1, 3, 4], [2], [5, 6]]);
});

test('an open width takes what the others leave, several share it evenly', () => {
  assert.deepEqual(planOf([input('a', 'n', 's'), input('b', 'n', 's')], 'w', 'x', 'y', 'z'), [
    [0, 1],
    [2, 3],
  ]);
  const plan = planColumns([input('pairs', 'n', 's', 2)], spec('w', 'x', 'y', 'z'));
  assert.deepEqual(plan[0]?.inner, [2, 2]);
  refuses(/columns in all/, [input('pairs', 'n', 's', 2)], 'w', 'x', 'y');
});

test('what does not fit is refused with the inputs and the features', () => {
  refuses(
    /takes a: float32 \[n, 2\], b: float32 \[n, 2\] \(4 columns in all\), the spec has 3 features: x, y, z\. Call the features/,
    [input('a', 'n', 2), input('b', 'n', 2)],
    'x',
    'y',
    'z',
  );
  // One name fits and one does not: by position, a column would silently be another.
  refuses(
    /\(job: no feature of the spec is called so\)/,
    [input('age', 'n', 1), input('job', 'n', 1)],
    'age',
    'jobs',
  );
  // Two features alike.
  refuses(/no feature of the spec/, [input('c', 'n', 1), input('A_B', 'n', 1)], 'a b', 'a.b', 'c');
});
