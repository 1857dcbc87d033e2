import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type ElementwiseOperation,
  type ElementwiseProgram,
  type EngineState,
  recordProgram,
} from '@driftloop/autodiff';
import fc from 'fast-check';
import { createOrtEngine } from '../../src/index.ts';
import { runInFloat32 } from './run-in-float32.ts';

const ARRAYS = ['x', 'y', 'z'];
const SCALARS = ['s', 't'];

/**
 * Programs of up to twelve operations on three arrays, two scalars and constants, which write one
 * or two arrays and may add up.
 */
const programs: fc.Arbitrary<ElementwiseProgram> = fc
  .record({
    steps: fc.array(
      fc.record({
        operator: fc.constantFrom('add', 'subtract', 'multiply', 'divide', 'squareRoot', 'constant'),
        a: fc.nat(),
        b: fc.nat(),
        value: fc.float({ min: -4, max: 4, noNaN: true }),
      }),
      { minLength: 1, maxLength: 12 },
    ),
    written: fc.uniqueArray(fc.constantFrom(...ARRAYS), { maxLength: 2 }),
    results: fc.array(fc.nat(), { minLength: 3, maxLength: 3 }),
    adds: fc.boolean(),
  })
  .map(({ steps, written, results, adds }) => {
    const operations: ElementwiseOperation[] = [
      ...ARRAYS.map((name) => ({ operator: 'array', name }) as const),
      ...SCALARS.map((name) => ({ operator: 'scalar', name }) as const),
    ];
    for (const { operator, a, b, value } of steps) {
      const earlier = { a: a % operations.length, b: b % operations.length };
      if (operator === 'constant') operations.push({ operator, value });
      else operations.push({ operator, ...earlier });
    }
    const position = (i: number) => (results[i] ?? 0) % operations.length;
    return {
      arrays: ARRAYS,
      scalars: SCALARS,
      operations,
      writes: Object.fromEntries(written.map((array, i) => [array, position(i)])),
      ...(adds && { sum: position(2) }),
    };
  });

/** Of every length up to 40, so that all remainders by four occur. */
const inputs = fc.nat(40).chain((length) => {
  const values = fc.array(fc.float({ min: -8, max: 8, noNaN: true }), {
    minLength: length,
    maxLength: length,
  });
  return fc.record({ x: values, y: values, z: values, s: fc.float({ noNaN: true }), t: fc.float() });
});

/** A state with the arrays as entries, and what the program does to them. */
function stateOf(arrays: Readonly<Record<string, ArrayLike<number>>>): EngineState {
  return createOrtEngine().createState(
    Object.entries(arrays).map(([name, values]) => ({
      name,
      dims: [values.length],
      initial: Float32Array.from(values),
    })),
  );
}

const SAME = { x: 'x', y: 'y', z: 'z' };

test('programs compute what JavaScript computes operation by operation in float32, to the bit', async () => {
  await fc.assert(
    fc.asyncProperty(programs, inputs, async (program, { s, t, ...lists }) => {
      const arrays = {
        x: Float32Array.from(lists.x),
        y: Float32Array.from(lists.y),
        z: Float32Array.from(lists.z),
      };
      const state = stateOf(arrays);
      const kernel = state.compile?.(program, ARRAYS);
      assert.ok(kernel);
      const sum = kernel.run(SAME, { s, t });
      const expected = runInFloat32(program, arrays, { s, t });
      for (const name of ARRAYS) assert.deepEqual(await state.read(name), expected.arrays[name], name);
      assert.equal(Number.isFinite(sum), Number.isFinite(expected.sum));
      // Terms are added in another order.
      const apart = Number.isFinite(sum) ? Math.abs(sum - expected.sum) : 0;
      assert.ok(!(apart > 1e-13 * expected.magnitude), `${sum}, not ${expected.sum}`);
      state.release();
    }),
    { numRuns: 400 },
  );
});

const squares = recordProgram(['x'], [], (math, value) => ({
  writes: {},
  sum: math.multiply(value('x'), value('x')),
}));
const scaled = recordProgram(['x', 'y'], ['s'], (math, value) => ({
  writes: { x: math.multiply(value('x'), value('s')) },
}));

test('sums are in double precision at every length, and a kernel that only sums changes nothing', async () => {
  for (const length of [0, 1, 2, 3, 4, 5, 7, 8, 4099]) {
    const x = Float32Array.from({ length }, (_, i) => 1 + i / 7);
    const state = stateOf({ x });
    const sum = state.compile?.(squares, ['x'])?.run({ x: 'x' }, {}) ?? Number.NaN;
    const exact = x.reduce((total, value) => total + Math.fround(value * value), 0);
    assert.ok(Math.abs(sum - exact) <= 1e-13 * exact, `${length} values: ${sum}, not ${exact}`);
    assert.deepEqual(await state.read('x'), x);
  }
});

test('tiny results are written as zero and what is not a number stays', async () => {
  const values = [
    2 ** -90,
    2 ** -91,
    -(2 ** -90),
    -(2 ** -91),
    Number.NaN,
    Number.POSITIVE_INFINITY,
    0,
    1,
    2,
  ];
  const state = stateOf({ x: values, y: values });
  state.compile?.(scaled, ['x', 'y'])?.run({ x: 'x', y: 'y' }, { s: 2 ** -10 });
  const [tiny, infinity] = [2 ** -100, Number.POSITIVE_INFINITY];
  const expected = [tiny, 0, -tiny, 0, Number.NaN, infinity, 0, 2 ** -10, 2 ** -9];
  assert.deepEqual([...(await state.read('x'))], expected);
  assert.deepEqual([...(await state.read('y'))], [...Float32Array.from(values)]);
});

test('a kernel says what it cannot run over', () => {
  const state = stateOf({ x: [1, 2], y: [3], other: [4, 5] });
  const kernel = state.compile?.(scaled, ['x', 'y']);
  assert.ok(kernel);
  const refused = (arrays: Record<string, string>, scalars: Record<string, number>, message: RegExp) =>
    assert.throws(() => kernel.run(arrays, scalars), { code: 'GRAPH_INVALID', message });
  refused({ x: 'x', y: 'y' }, { s: 1 }, /x has 2 values, y has 1/);
  refused({ x: 'x', y: 'other' }, { s: 1 }, /array y is other/);
  refused({ x: 'x' }, { s: 1 }, /array y is undefined/);
  refused({ x: 'x', y: 'x' }, {}, /scalar s is missing/);
  assert.throws(() => state.compile?.(scaled, ['x', 'nothing']), {
    code: 'GRAPH_INVALID',
    message: /nothing/,
  });
  state.release();
  refused({ x: 'x', y: 'x' }, { s: 1 }, /array x is x/);
});
