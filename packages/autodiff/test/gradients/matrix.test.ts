import { test } from 'node:test';
import fc from 'fast-check';
import { checkGradients, spread } from '../gradient-check.ts';

const size = fc.integer({ min: 1, max: 4 });

test('Gemm: any transposition, factors, and bias shape', async () => {
  const bias = fc.constantFrom('none', 'scalar', 'row', 'column', 'full');
  await fc.assert(
    fc.asyncProperty(
      size,
      size,
      size,
      fc.boolean(),
      fc.boolean(),
      bias,
      async (m, k, n, transA, transB, form) => {
        const c = { none: undefined, scalar: [], row: [n], column: [m, 1], full: [m, n] }[form];
        await checkGradients({
          inputs: {
            a: spread(transA ? [k, m] : [m, k], 1),
            b: spread(transB ? [n, k] : [k, n], 2),
            ...(c && { c: spread(c, 3) }),
          },
          build: (emit) =>
            emit('Gemm', c ? ['a', 'b', 'c'] : ['a', 'b'], {
              transA: Number(transA),
              transB: Number(transB),
              alpha: { float: 0.5 },
              beta: { float: 1.5 },
            }),
        });
      },
    ),
    { numRuns: 40 },
  );
});

/** Shapes of the two operands of MatMul: vectors, matrices, batches that broadcast. */
const matmulShapes = fc
  .record({
    m: size,
    k: size,
    n: size,
    left: fc.constantFrom<number[] | 'vector'>('vector', [], [2], [1], [3, 2], [3, 1]),
    right: fc.constantFrom<number[] | 'vector'>('vector', [], [2], [1], [3, 2], [1, 2]),
  })
  .map(({ m, k, n, left, right }) => ({
    a: left === 'vector' ? [k] : [...left, m, k],
    b: right === 'vector' ? [k] : [...right, k, n],
  }));

test('MatMul: vectors, matrices and batches that broadcast', async () => {
  await fc.assert(
    fc.asyncProperty(matmulShapes, fc.boolean(), async ({ a, b }, symbolic) => {
      const declared = (dims: readonly number[], owner: string) =>
        symbolic ? dims.map((_, axis) => `${owner}${axis}`) : dims;
      await checkGradients({
        inputs: {
          a: { ...spread(a, 1), declared: declared(a, 'a') },
          b: { ...spread(b, 2), declared: declared(b, 'b') },
        },
        build: (emit) => emit('MatMul', ['a', 'b']),
      });
    }),
    { numRuns: 60 },
  );
});
