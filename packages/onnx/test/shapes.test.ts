import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type AttributeValue, type Dim, GraphBuilder, int64Tensor } from '../src/index.ts';

interface ShapeCase {
  readonly operator: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly inputs: readonly (
    | readonly Dim[]
    | { readonly integers: readonly (number | readonly number[])[] }
  )[];
  readonly opset: number;
  readonly expected: readonly (readonly (Dim | null)[] | null)[];
}

// Written by onnx.shape_inference (make_shapes.py). null: it could not tell.
const cases: readonly ShapeCase[] = JSON.parse(
  readFileSync(new URL('models/shapes.json', import.meta.url), 'utf8'),
);

for (const [index, { operator, attributes, inputs, opset, expected }] of cases.entries()) {
  test(`${operator} of ${JSON.stringify(inputs)} ${JSON.stringify(attributes)} (${index})`, () => {
    const builder = new GraphBuilder({ name: 'shapes', opset });
    const names = inputs.map((input, i) => {
      if (!('integers' in input)) return builder.input(`i${i}`, 'float32', input);
      const flat = input.integers.flat();
      const [first] = input.integers;
      const dims = Array.isArray(first) ? [input.integers.length, first.length] : [flat.length];
      return builder.initializer(int64Tensor(`i${i}`, flat, dims));
    });
    const outputs = builder.nodes(operator, names, attributes, expected.length);
    expected.forEach((dims, i) => {
      if (dims === null) return;
      const actual = builder.dims(outputs[i] ?? '');
      assert.equal(actual.length, dims.length, `rank: [${actual}] for [${dims}]`);
      dims.forEach((dim, axis) => {
        if (dim !== null && !String(dim).startsWith('unk__'))
          assert.equal(actual[axis], dim, `[${actual}] for [${dims}]`);
      });
    });
  });
}

test('the batch survives the shape arithmetic that PyTorch writes for a flattening', () => {
  const builder = new GraphBuilder({ name: 'flatten' });
  const x = builder.input('x', 'float32', ['batch', 8, 4, 4]);
  const size = builder.node('Gather', [builder.node('Shape', [x]), builder.int(0)], { axis: 0 });
  const rows = builder.node('Unsqueeze', [size, builder.int([0])]);
  const target = builder.node('Concat', [rows, builder.int([-1])], { axis: 0 });
  assert.deepEqual(builder.dims(builder.node('Reshape', [x, target])), ['batch', 128]);
});

test('sizes computed from known sizes are known', () => {
  const builder = new GraphBuilder({ name: 'sizes' });
  const x = builder.input('x', 'float32', ['batch', 6, 10]);
  const shape = builder.node('Shape', [x]);
  const last = builder.node('Slice', [shape, builder.int([2]), builder.int([3])]);
  const half = builder.node('Div', [last, builder.int([2])]);
  const target = builder.node('Concat', [builder.int([-1, 12]), builder.node('Cast', [half], { to: 7 })], {
    axis: 0,
  });
  assert.deepEqual(builder.dims(builder.node('Reshape', [x, target])), ['batch', 12, 5]);
});

test('shapes that do not fit name the node', () => {
  const builder = new GraphBuilder({ name: 'bad' });
  builder.input('a', 'float32', [2, 3]);
  builder.input('b', 'float32', [4]);
  const code = 'GRAPH_INVALID';
  assert.throws(() => builder.node('Add', ['a', 'b'], {}, 'sum'), {
    code,
    message: /sum \(Add\): .*do not broadcast/,
  });
  assert.throws(() => builder.node('Reshape', ['a', builder.int([5])], {}, 'r'), {
    code,
    message: /r \(Reshape\)/,
  });
  assert.throws(() => builder.node('Concat', ['a', 'a'], { axis: 2 }, 'c'), {
    code,
    message: /c \(Concat\): axis 2/,
  });
});
