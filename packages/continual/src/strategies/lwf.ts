import { remember } from '../memory/sample.ts';
import { composeBatch } from '../steps/compose-batch.ts';
import type { Strategy } from './strategy.ts';

/** New rows are answered as before, beside being learnt: the model as it was is the teacher. */
export const lwf: Strategy = {
  name: 'lwf',
  summary: 'Distils what the model answered to the new rows before it learnt from them (LwF).',
  source: { paper: 'Li & Hoiem 2016, arXiv 1606.09282', page: 'https://arxiv.org/abs/1606.09282' },
  // alpha: weight of the distillation term, which carries temperature² (Hinton et al. 2015).
  settings: { alpha: 1, temperature: 2 },
  warm: true,
  terms: ({ temperature }) => ({ distillation: { temperature: temperature! } }),
  async begin({ runner, data, memory, random, settings }) {
    const isFirst = memory.runs === 0;
    const logits = isFirst ? new Float32Array(0) : await runner.logits(data.features, data.rows);
    const teacher = isFirst ? {} : { teacher: { logits, weight: settings.alpha! } };
    return {
      sample: (turn) =>
        composeBatch([{ rows: data, indices: turn, labels: 1, ...teacher }], runner.outputWidth),
      keep: async () => remember(memory, { rows: data }, 'reservoir', random),
    };
  },
};
