import type { TrainingBatch } from '@driftloop/autodiff';
import { remember } from '../memory/sample.ts';
import { composeBatch } from '../steps/compose-batch.ts';
import { createDraw } from '../steps/draw-rows.ts';
import { gradientMoments } from '../steps/gradient-moments.ts';
import type { StrategyContext } from '../steps/strategy-context.ts';
import { loadConsolidation, storeConsolidation } from './consolidation.ts';
import type { Strategy } from './strategy.ts';

const NAME = 'mas';

/** Importance is how much the answers, whatever the labels, change with a parameter. */
export const mas: Strategy = {
  name: NAME,
  summary: 'Holds parameters in place by how sensitive the answers are to them (MAS).',
  source: { paper: 'Aljundi et al. 2018, arXiv 1711.09601', page: 'https://arxiv.org/abs/1711.09601' },
  settings: { lambda: 1, sensitivityRows: 256 },
  warm: true,
  // The squared length of the logits is the distance to remembered logits of 0.
  terms: () => ({ penalty: true, matching: true }),
  begin(context) {
    const { runner, data, memory, random, settings } = context;
    const penaltyScale = 2 * settings.lambda!;
    const earlier = loadConsolidation(NAME, context, penaltyScale);
    return {
      sample: (turn) => ({
        ...composeBatch([{ rows: data, indices: turn, labels: 1 }], runner.outputWidth),
        penaltyScale,
      }),
      async keep() {
        const importance = await gradientMoments(runner, lengthBatches(context), Math.abs);
        for (const [name, values] of importance) {
          const past = earlier.importance.get(name);
          if (past !== undefined) for (let i = 0; i < values.length; i++) values[i]! += past[i]!;
        }
        const remembered = remember(memory, { rows: data }, 'reservoir', random);
        return storeConsolidation(NAME, remembered, { importance, anchor: await runner.values() });
      },
    };
  },
};

/** Batches of one row whose loss is the squared length of its logits. */
function* lengthBatches({ runner, data, random, settings }: StrategyContext): Generator<TrainingBatch> {
  const draw = createDraw(data.rows, random);
  const { outputWidth } = runner;
  for (let row = 0; row < Math.min(settings.sensitivityRows!, data.rows); row++) {
    const batch = composeBatch([{ rows: data, indices: draw(1), labels: 0 }], outputWidth);
    // The matching term is a mean over the logits: times their number it is the sum.
    const remembered = { logits: new Float32Array(outputWidth), weights: Float32Array.of(outputWidth) };
    yield { ...batch, remembered };
  }
}
