import { remember } from '../memory/sample.ts';
import { composeBatch } from '../steps/compose-batch.ts';
import { createDraw } from '../steps/draw-rows.ts';
import type { Strategy } from './strategy.ts';

/** Remembered rows are to be answered as they were when they were remembered. */
export const der: Strategy = createDer('der', 'Matches the logits that remembered rows had (DER).', 0);

/** And their labels count too. */
export const derPlusPlus: Strategy = createDer(
  'der++',
  'Matches the logits that remembered rows had, and their labels (DER++).',
  0.5,
);

function createDer(name: string, summary: string, beta: number): Strategy {
  return {
    name,
    summary,
    source: { paper: 'Buzzega et al. 2020, arXiv 2004.07211', page: 'https://arxiv.org/abs/2004.07211' },
    // alpha: weight of the matched logits; beta: weight of remembered labels; ratio: remembered
    // rows per new row of a step.
    settings: { alpha: 0.1, beta, ratio: 1 },
    terms: () => ({ matching: true }),
    begin({ runner, data, memory, random, settings, batchSize }) {
      const { outputWidth } = runner;
      // A memory that another strategy filled has rows, but no logits to match.
      const hasLogits = memory.rows.rows > 0 && memory.outputWidth === outputWidth;
      const draw = createDraw(memory.rows.rows, random);
      const count = Math.round(settings.ratio! * batchSize);
      const matched = { logits: memory.outputs, weight: settings.alpha! };
      return {
        sample: (turn) =>
          composeBatch(
            [
              { rows: data, indices: turn, labels: 1 },
              {
                rows: memory.rows,
                indices: draw(count),
                labels: settings.beta!,
                ...(hasLogits ? { remembered: matched } : {}),
              },
            ],
            outputWidth,
          ),
        async keep() {
          const outputs = await runner.logits(data.features, data.rows);
          return remember(memory, { rows: data, outputs, outputWidth }, 'classBalanced', random);
        },
      };
    },
  };
}
