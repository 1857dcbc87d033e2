import type { Keep } from '../memory/sample.ts';
import { remember } from '../memory/sample.ts';
import { composeBatch } from '../steps/compose-batch.ts';
import { createDraw } from '../steps/draw-rows.ts';
import type { Source, Strategy } from './strategy.ts';

/** Every step takes new rows and remembered rows. */
export const replay: Strategy = createReplay(
  'replay',
  'reservoir',
  'Mixes remembered rows, a uniform sample of all rows ever seen, into every step.',
  { paper: 'Chaudhry et al. 2019, arXiv 1902.10486', page: 'https://arxiv.org/abs/1902.10486' },
);

/** The same with equal shares of the memory per class. */
export const balancedReplay: Strategy = createReplay(
  'balanced-replay',
  'classBalanced',
  'Mixes remembered rows, equally many of each class, into every step.',
  { paper: 'Chrysakis & Moens 2020, ICML', page: 'https://proceedings.mlr.press/v119/chrysakis20a.html' },
);

function createReplay(name: string, keep: Keep, summary: string, source: Source): Strategy {
  return {
    name,
    summary,
    source,
    settings: {
      /** Remembered rows per new row of a step. */
      ratio: 1,
      /** Weight of the remembered rows' loss; the new rows have 1 - weight. */
      weight: 0.5,
    },
    begin({ runner, data, memory, random, settings, batchSize }) {
      const draw = createDraw(memory.rows.rows, random);
      const count = Math.round(settings.ratio! * batchSize);
      const share = memory.rows.rows === 0 ? 0 : settings.weight!;
      return {
        sample: (turn) =>
          composeBatch(
            [
              { rows: data, indices: turn, labels: 1 - share },
              { rows: memory.rows, indices: draw(count), labels: share },
            ],
            runner.outputWidth,
          ),
        keep: async () => remember(memory, { rows: data }, keep, random),
      };
    },
  };
}
