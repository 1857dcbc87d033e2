import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  float32Tensor,
  graphOf,
  int64Tensor,
  parseModel,
  tensorDims,
  tensorToFloat32,
  tensorToIntegers,
  tensorType,
} from '../src/index.ts';

// encodings.onnx was written by the onnx package for Python (make_encodings.py): the same numbers
// in every way a file may keep them.
const file = readFileSync(new URL('models/encodings.onnx', import.meta.url));
const tensors = new Map(graphOf(parseModel(file)).initializer.map((tensor) => [tensor.name, tensor]));

function tensor(name: string) {
  const found = tensors.get(name);
  assert.ok(found, name);
  return found;
}

test('floats are read from every encoding', () => {
  const exact = [1.5, -2, 0.25, Math.fround(3e-5), 65504, -0];
  for (const name of ['float_fields', 'float_raw', 'double_fields', 'double_raw']) {
    assert.deepEqual([...tensorToFloat32(tensor(name))], exact, name);
    assert.deepEqual(tensorDims(tensor(name)), [2, 3]);
  }
  for (const name of ['half_fields', 'half_raw']) {
    const values = [...tensorToFloat32(tensor(name))];
    // 3e-5 is subnormal as a half: the nearest multiple of 2^-24.
    assert.deepEqual(values, [1.5, -2, 0.25, 503 * 2 ** -24, 65504, -0], name);
  }
  assert.deepEqual([...tensorToFloat32(tensor('scalar'))], [7]);
});

test('integers are read from every encoding', () => {
  const expected: Record<string, number[]> = {
    int64_fields: [0, 1, -3, 2 ** 40],
    int64_raw: [0, 1, -3, 2 ** 40],
    int32_fields: [1, -2, 3],
    int32_raw: [1, -2, 3],
    int8_raw: [1, -2, 3],
    uint16_raw: [1, 2, 65535],
    bool_fields: [1, 0, 1],
    bool_raw: [1, 0, 1],
  };
  for (const [name, values] of Object.entries(expected))
    assert.deepEqual(tensorToIntegers(tensor(name)), values, name);
});

test('what is written is read', () => {
  fc.assert(
    fc.property(fc.array(fc.float({ noNaN: true }), { maxLength: 20 }), (values) => {
      const written = float32Tensor('t', [values.length], Float32Array.from(values));
      assert.equal(tensorType(written), 'float32');
      assert.deepEqual([...tensorToFloat32(written)], values.map(Math.fround));
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.maxSafeInteger(), { maxLength: 20 }), (values) => {
      assert.deepEqual(tensorToIntegers(int64Tensor('t', values)), values);
    }),
  );
});

test('tensors that cannot be read are named', () => {
  assert.throws(() => tensorToFloat32(tensor('int64_raw')), {
    code: 'MODEL_INVALID',
    message: /int64_raw is int64/,
  });
  assert.throws(() => tensorToIntegers(tensor('float_raw')), {
    code: 'MODEL_INVALID',
    message: /float_raw is float32/,
  });
  const short = float32Tensor('short', [2], new Float32Array(2));
  short.dims = [3n];
  assert.throws(() => tensorToFloat32(short), {
    code: 'MODEL_INVALID',
    message: /short has 2 values instead of 3/,
  });
  assert.throws(() => float32Tensor('t', [2, 2], new Float32Array(3)), {
    code: 'GRAPH_INVALID',
    message: /3 values/,
  });
});
