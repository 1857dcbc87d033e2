import { test } from 'node:test';
import { checkGradients, spread } from '../gradient-check.ts';

const statistics = {
  scale: spread([3], 2),
  bias: spread([3], 3),
};

for (const [name, dims] of Object.entries({ images: [2, 3, 2, 2], rows: [4, 3] })) {
  test(`BatchNormalization of ${name} with fixed statistics`, async () => {
    await checkGradients({
      inputs: { x: { ...spread(dims), declared: ['n', ...dims.slice(1)] }, ...statistics },
      build: (emit, builder) =>
        emit('BatchNormalization', [
          'x',
          'scale',
          'bias',
          builder.float([0.1, -0.2, 0.3]),
          builder.float([0.5, 1, 2]),
        ]),
    });
  });

  test(`BatchNormalization of ${name} with the statistics of the batch`, async () => {
    await checkGradients({
      inputs: { x: { ...spread(dims), declared: ['n', ...dims.slice(1)] }, ...statistics },
      mode: { dropout: false, batchStatistics: true },
      build: (emit, builder) =>
        emit('BatchNormalization', [
          'x',
          'scale',
          'bias',
          builder.float([0, 0, 0]),
          builder.float([1, 1, 1]),
        ]),
      tolerance: 4e-3,
    });
  });
}

test('LayerNormalization over one and two axes, with and without bias', async () => {
  await checkGradients({
    inputs: {
      x: { ...spread([2, 3, 4]), declared: ['n', 3, 4] },
      scale: spread([4], 2),
      bias: spread([4], 3),
    },
    build: (emit) => emit('LayerNormalization', ['x', 'scale', 'bias']),
    tolerance: 4e-3,
  });
  await checkGradients({
    inputs: { x: { ...spread([2, 3, 4]), declared: ['n', 'h', 4] }, scale: spread([3, 4], 2) },
    build: (emit) => emit('LayerNormalization', ['x', 'scale'], { axis: 1 }),
    tolerance: 4e-3,
  });
});
