import { test } from 'node:test';
import fc from 'fast-check';
import { checkGradients, spread } from '../gradient-check.ts';

test('Reshape, Flatten, Squeeze, Unsqueeze and Transpose put gradients back in place', async () => {
  const x = { ...spread([2, 1, 3, 4]), declared: ['n', 1, 'h', 4] };
  const forms: Parameters<typeof checkGradients>[0]['build'][] = [
    (emit, builder) => emit('Reshape', ['x', builder.int([0, -1, 2])]),
    (emit) => emit('Flatten', ['x'], { axis: 2 }),
    (emit, builder) => emit('Squeeze', ['x', builder.int([1])]),
    (emit, builder) => emit('Unsqueeze', ['x', builder.int([0, -1])]),
    (emit) => emit('Transpose', ['x'], { perm: [3, 0, 2, 1] }),
    (emit) => emit('Transpose', ['x']),
  ];
  for (const build of forms) await checkGradients({ inputs: { x }, build });
});

test('Concat cuts and Split joins gradients', async () => {
  await checkGradients({
    inputs: { a: spread([2, 3], 1), b: spread([2, 1], 2), c: spread([2, 2], 3) },
    build: (emit) => emit('Concat', ['a', 'b', 'c'], { axis: -1 }),
  });
  await checkGradients({
    inputs: {
      a: { ...spread([2, 3], 1), declared: ['n', 3] },
      b: { ...spread([1, 3], 2), declared: ['m', 3] },
    },
    build: (emit) => emit('Concat', ['a', 'b'], { axis: 0 }),
  });
  await checkGradients({
    inputs: { x: spread([2, 6]) },
    build: (emit, builder) => {
      const [first = '', , third = ''] = builder.nodes(
        'Split',
        ['x', builder.int([1, 3, 2])],
        { axis: 1 },
        3,
      );
      return emit('Concat', [emit('Mul', [third, third]), first], { axis: 1 });
    },
  });
});

test('Slice: any start, end and step, of sizes that are known or not', async () => {
  const cut = fc.record({
    start: fc.integer({ min: -6, max: 6 }),
    end: fc.integer({ min: -6, max: 6 }),
    step: fc.constantFrom(-2, -1, 1, 2, 3),
  });
  await fc.assert(
    fc.asyncProperty(cut, fc.boolean(), async ({ start, end, step }, symbolic) => {
      await checkGradients({
        inputs: { x: { ...spread([3, 5]), declared: symbolic ? ['n', 'w'] : [3, 5] } },
        build: (emit, builder) =>
          emit('Slice', [
            'x',
            builder.int([start]),
            builder.int([end]),
            builder.int([1]),
            builder.int([step]),
          ]),
      });
    }),
    { numRuns: 40 },
  );
});

test('Gather adds the gradients of rows that are taken twice, along any axis', async () => {
  for (const axis of [0, 1, -1]) {
    const indices = { dims: [2, 2], data: BigInt64Array.of(0n, 2n, 2n, -1n) };
    await checkGradients({
      inputs: { table: spread([4, 3, 3]) },
      indices: { indices },
      build: (emit) => emit('Gather', ['table', 'indices'], { axis }),
    });
  }
});

test('Gather adds gradients by indices of int32, too', async () => {
  const indices = { dims: [3], data: BigInt64Array.of(0n, 2n, 2n) };
  await checkGradients({
    inputs: { table: spread([4, 3]) },
    indices: { indices },
    build: (emit) => emit('Gather', ['table', emit('Cast', ['indices'], { to: 6 })]),
  });
});

test('GatherElements adds gradients of elements that are taken twice', async () => {
  await checkGradients({
    inputs: { x: spread([3, 4]) },
    indices: { indices: { dims: [2, 4], data: BigInt64Array.of(0n, 1n, 2n, 0n, 0n, 0n, 1n, 2n) } },
    build: (emit) => emit('GatherElements', ['x', 'indices'], { axis: 0 }),
  });
});

test('Pad takes the padding off again', async () => {
  await checkGradients({
    inputs: { x: spread([2, 3]) },
    build: (emit, builder) => emit('Pad', ['x', builder.int([1, 0, 2, 1])]),
  });
});

test('reductions spread gradients over what they summed', async () => {
  const operators = ['ReduceSum', 'ReduceMean', 'ReduceSumSquare', 'ReduceL2', 'ReduceLogSumExp'];
  const axes = fc.subarray([0, 1, 2], { minLength: 0 });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...operators),
      axes,
      fc.boolean(),
      fc.boolean(),
      async (operator, over, keep, symbolic) => {
        await checkGradients({
          inputs: { x: { ...spread([2, 3, 2]), declared: symbolic ? ['n', 3, 'w'] : [2, 3, 2] } },
          build: (emit, builder) => {
            const keepdims = Number(keep);
            if (operator === 'ReduceSum') {
              return emit(operator, over.length > 0 ? ['x', builder.int(over)] : ['x'], { keepdims });
            }
            return emit(operator, ['x'], over.length > 0 ? { axes: over, keepdims } : { keepdims });
          },
        });
      },
    ),
    { numRuns: 60 },
  );
  await checkGradients({
    inputs: { x: spread([2, 3]) },
    opset: 18,
    build: (emit, builder) => emit('ReduceMean', ['x', builder.int([1])], { keepdims: 0 }),
  });
});
