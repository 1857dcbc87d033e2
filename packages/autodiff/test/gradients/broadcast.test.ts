import { test } from 'node:test';
import type { Dim } from '@driftloop/onnx';
import fc from 'fast-check';
import { type CheckedInput, checkGradients, spread } from '../gradient-check.ts';

/** Two shapes that broadcast, and whether the graph is told the sizes or only symbols. */
const broadcastPair = fc
  .record({
    dims: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 0, maxLength: 3 }),
    onesLeft: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    onesRight: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    dropLeft: fc.integer({ min: 0, max: 3 }),
    dropRight: fc.integer({ min: 0, max: 3 }),
    symbols: fc.constantFrom<'none' | 'shared' | 'own'>('none', 'shared', 'own'),
  })
  .map(({ dims, onesLeft, onesRight, dropLeft, dropRight, symbols }) => {
    const side = (ones: boolean[], drop: number) =>
      dims.map((dim, axis) => (ones[axis] ? 1 : dim)).slice(Math.min(drop, dims.length));
    // Dropping leading dimensions on both sides would only make the result smaller.
    const left = side(onesLeft, dropRight > 0 ? 0 : dropLeft);
    return { left, right: side(onesRight, dropRight), symbols };
  });

function declare(dims: readonly number[], symbols: 'none' | 'shared' | 'own', owner: string): readonly Dim[] {
  if (symbols === 'none') return dims;
  // A shared symbol promises equal sizes, which holds only counted from the back and for sizes
  // above 1.
  return dims.map((dim, axis) =>
    symbols === 'own' ? `${owner}${axis}` : dim === 1 ? 1 : `d${dims.length - axis}_${dim}`,
  );
}

const input = (
  dims: readonly number[],
  symbols: 'none' | 'shared' | 'own',
  seed: number,
  low?: number,
): CheckedInput => ({
  ...spread(dims, seed, low),
  declared: declare(dims, symbols, `owner${seed}_`),
});

for (const operator of ['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Max', 'Min', 'Sum']) {
  test(`${operator} sums gradients over what it broadcast`, async () => {
    await fc.assert(
      fc.asyncProperty(broadcastPair, async ({ left, right, symbols }) => {
        const positive = operator === 'Pow' ? 0.8 : undefined;
        // Max and Min of operands that differ by more than a step.
        const b = input(right, symbols, 2, operator === 'Div' ? 0.8 : undefined);
        if (operator === 'Max' || operator === 'Min') b.data.set(b.data.map((value) => value + 0.03));
        await checkGradients({
          inputs: { a: input(left, symbols, 1, positive), b },
          build: (emit) => emit(operator, ['a', 'b']),
          tolerance: 4e-3,
        });
      }),
      { numRuns: 25 },
    );
  });
}

test('Where gives each element to the side that was taken, summed over what it broadcast', async () => {
  await fc.assert(
    fc.asyncProperty(broadcastPair, async ({ left, right, symbols }) => {
      await checkGradients({
        inputs: { a: input(left, symbols, 1), b: input(right, symbols, 2) },
        build: (emit, builder) => emit('Where', [builder.node('Greater', ['a', builder.float(0)]), 'a', 'b']),
      });
    }),
    { numRuns: 25 },
  );
});

test('Pow with a constant integer exponent works for negative bases', async () => {
  await checkGradients({
    inputs: { x: spread([3, 4]) },
    build: (emit, builder) => emit('Pow', ['x', builder.float(2)]),
  });
});

test('Expand sums gradients over what it repeated', async () => {
  await checkGradients({
    inputs: { x: spread([3, 1]) },
    build: (emit, builder) => emit('Expand', ['x', builder.int([2, 1, 4])]),
  });
});
