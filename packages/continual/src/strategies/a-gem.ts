import { remember } from '../memory/sample.ts';
import { composeBatch } from '../steps/compose-batch.ts';
import { createDraw } from '../steps/draw-rows.ts';
import type { Strategy } from './strategy.ts';
import { combine, dot } from './tensors.ts';

/** GEM with one constraint: the loss on a sample of everything remembered may not rise. */
export const aGem: Strategy = {
  name: 'a-gem',
  summary: 'Projects each gradient so that the loss on a sample of the memory does not rise (A-GEM).',
  source: { paper: 'Chaudhry et al. 2019, arXiv 1812.00420', page: 'https://arxiv.org/abs/1812.00420' },
  settings: { sampleRows: 64 },
  begin({ runner, data, memory, random, settings }) {
    const draw = createDraw(memory.rows.rows, random);
    return {
      sample: (turn) => composeBatch([{ rows: data, indices: turn, labels: 1 }], runner.outputWidth),
      ...(memory.rows.rows === 0
        ? {}
        : {
            async project(gradients: ReadonlyMap<string, Float32Array>) {
              const indices = draw(settings.sampleRows!);
              const batch = composeBatch([{ rows: memory.rows, indices, labels: 1 }], runner.outputWidth);
              const { gradients: reference } = await runner.gradients(batch);
              const product = dot(gradients, reference);
              if (product >= 0) return gradients;
              return combine(gradients, [[-product / dot(reference, reference), reference]]);
            },
          }),
      keep: async () => remember(memory, { rows: data }, 'runBalanced', random),
    };
  },
};
