import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  describeModel,
  float32Tensor,
  GraphBuilder,
  graphOf,
  parseModel,
  replaceInitializers,
  serializeModel,
  tensorToFloat32,
} from '../src/index.ts';

const file = readFileSync(new URL('models/encodings.onnx', import.meta.url));

test('a file is described without running it', () => {
  const description = describeModel(file);
  assert.deepEqual(description.inputs, [{ name: 'x', type: 'float32', dims: ['rows', 3] }]);
  assert.deepEqual(description.outputs, [{ name: 'y', type: 'float32', dims: ['rows', 3] }]);
  assert.equal(description.opset, 17);
  assert.equal(description.irVersion, 8);
  assert.equal(description.producer, 'make_encodings');
  assert.deepEqual(description.operators, { Identity: 1 });
  assert.equal(description.parameterCount, 6 * 6 + 1);
});

test('a file that is read and written again is the same model', () => {
  const bytes = serializeModel(parseModel(file));
  assert.deepEqual(parseModel(bytes), parseModel(file));
});

test('initializers are replaced and everything else is kept', () => {
  const model = parseModel(file);
  const values = Float32Array.of(1, 2, 3, 4, 5, 6);
  const replaced = parseModel(
    serializeModel(replaceInitializers(model, new Map([['float_fields', values]]))),
  );
  const [first, ...rest] = graphOf(replaced).initializer;
  assert.ok(first);
  assert.deepEqual(tensorToFloat32(first), values);
  assert.deepEqual(rest, graphOf(model).initializer.slice(1));
  assert.deepEqual(describeModel(serializeModel(replaced)), describeModel(file));
  assert.deepEqual(parseModel(file), model, 'the model given is not changed');
});

test('replacements that do not fit are refused', () => {
  const replace = (name: string, size: number) =>
    replaceInitializers(parseModel(file), new Map([[name, new Float32Array(size)]]));
  assert.throws(() => replace('missing', 1), { code: 'GRAPH_INVALID', message: /missing/ });
  assert.throws(() => replace('float_raw', 5), {
    code: 'GRAPH_INVALID',
    message: /float_raw needs 6 values, got 5/,
  });
  assert.throws(() => replace('int64_raw', 4), { code: 'GRAPH_INVALID', message: /int64_raw is int64/ });
});

test('what is not an ONNX file is refused', () => {
  for (const bytes of [
    new Uint8Array(),
    Uint8Array.of(1, 2, 3),
    new TextEncoder().encode('{"model": true}'),
  ]) {
    assert.throws(() => parseModel(bytes), { code: 'MODEL_INVALID' });
  }
  assert.throws(() => parseModel(file.subarray(0, 100)), { code: 'MODEL_INVALID' });
});

test('the builder refuses graphs that could not run', () => {
  const builder = new GraphBuilder({ name: 'test' });
  builder.input('x', 'float32', ['n', 4]);
  builder.initializer(float32Tensor('w', [3, 2], new Float32Array(6)));
  const code = 'GRAPH_INVALID';
  assert.throws(() => builder.node('MatMul', ['x', 'missing'], {}, 'y'), {
    code,
    message: /y \(MatMul\) reads missing/,
  });
  assert.throws(() => builder.node('MatMul', ['x', 'w'], {}, 'y'), {
    code,
    message: /y \(MatMul\): .* 4 and 3 differ/,
  });
  assert.throws(() => builder.node('Relu', ['x'], {}, 'w'), { code, message: /w is defined twice/ });
  assert.throws(() => builder.input('x', 'float32', [1]), { code, message: /x is defined twice/ });
});

test('equal constants are made once', () => {
  const builder = new GraphBuilder({ name: 'test' });
  assert.equal(builder.float(2), builder.float(2));
  assert.equal(builder.int([1, 2]), builder.int([1, 2]));
  assert.notEqual(builder.int(1), builder.int([1]));
  assert.notEqual(builder.float([1, 2], [2]), builder.float([1, 2], [1, 2]));
});
