import type { TrainingBatch } from '@driftloop/autodiff';
import { remember } from '../memory/sample.ts';
import { composeBatch } from '../steps/compose-batch.ts';
import { createDraw } from '../steps/draw-rows.ts';
import { gradientMoments } from '../steps/gradient-moments.ts';
import type { StrategyContext } from '../steps/strategy-context.ts';
import {
  type Consolidation,
  loadConsolidation,
  mergePenalties,
  storeConsolidation,
} from './consolidation.ts';
import type { Source, Strategy } from './strategy.ts';

/** Every run's parameters stay anchored with the importance they had for its rows. */
export const ewc: Strategy = createEwc(
  'ewc',
  'Holds parameters in place by their Fisher information on earlier runs; anchors of all runs are merged (EWC).',
  { paper: 'Kirkpatrick et al. 2017, PNAS 114:3521', page: 'https://doi.org/10.1073/pnas.1611835114' },
  { lambda: 100 },
  (earlier, now) => mergePenalties(earlier, now),
);

/** One anchor, the newest parameters; importances of earlier runs fade. */
export const onlineEwc: Strategy = createEwc(
  'online-ewc',
  'EWC with one anchor, the newest parameters, and importances that fade.',
  { paper: 'Schwarz et al. 2018, arXiv 1805.06370', page: 'https://arxiv.org/abs/1805.06370' },
  { lambda: 100, decay: 0.9 },
  (earlier, now, { decay }) => ({
    anchor: now.anchor,
    importance: new Map(
      [...now.importance].map(([name, present]) => {
        const past = earlier.importance.get(name);
        return [name, past === undefined ? present : present.map((value, i) => value + decay! * past[i]!)];
      }),
    ),
  }),
);

function createEwc(
  name: string,
  summary: string,
  source: Source,
  settings: Readonly<Record<string, number>>,
  accumulate: (
    earlier: Consolidation,
    now: Consolidation,
    settings: StrategyContext['settings'],
  ) => Consolidation,
): Strategy {
  return {
    name,
    summary,
    source,
    // fisherRows: rows that the Fisher information is measured on; fisherBatch: rows per gradient
    // that is squared, 1 for the true diagonal.
    settings: { ...settings, fisherRows: 256, fisherBatch: 1 },
    warm: true,
    terms: () => ({ penalty: true }),
    begin(context) {
      const { runner, data, memory, random } = context;
      const penaltyScale = context.settings.lambda!;
      const earlier = loadConsolidation(name, context, penaltyScale);
      return {
        sample: (turn) => ({
          ...composeBatch([{ rows: data, indices: turn, labels: 1 }], runner.outputWidth),
          penaltyScale,
        }),
        async keep() {
          const importance = await gradientMoments(
            runner,
            fisherBatches(context),
            (gradient) => gradient ** 2,
          );
          const now = { importance, anchor: await runner.values() };
          const found = accumulate(earlier, now, context.settings);
          return storeConsolidation(name, remember(memory, { rows: data }, 'reservoir', random), found);
        },
      };
    },
  };
}

function* fisherBatches({ runner, data, random, settings }: StrategyContext): Generator<TrainingBatch> {
  const size = settings.fisherBatch!;
  const draw = createDraw(data.rows, random);
  for (let row = 0; row < Math.min(settings.fisherRows!, data.rows); row += size) {
    yield composeBatch([{ rows: data, indices: draw(size), labels: 1 }], runner.outputWidth);
  }
}
