import type { TrainingBatch } from '@driftloop/autodiff';
import { hasClasses } from '@driftloop/spec';
import { createChoices } from '../bandit/choices.ts';
import { synapseTimesNeuron } from '../bandit/importance.ts';
import type { ReplayMemory } from '../memory/replay-memory.ts';
import { remember } from '../memory/sample.ts';
import { composeBatch } from '../steps/compose-batch.ts';
import { createDraw } from '../steps/draw-rows.ts';
import type { StrategyContext } from '../steps/strategy-context.ts';
import { loadConsolidation, storeConsolidation } from './consolidation.ts';
import type { Strategy } from './strategy.ts';

const NAME = 'bandit';

/**
 * driftloop's own: bandits choose which remembered rows to learn from and which weights to update.
 */
export const bandit: Strategy = {
  name: NAME,
  summary:
    'Exp3 bandits choose remembered rows by window and loss band, and weights by layer and neuron group, by progress on held-back rows ' +
    'per compute; remembered logits are matched, and weights that matter are held near their place (driftloop’s own).',
  // Of Exp3.S; what it is put to here is driftloop's own.
  source: {
    paper: 'Auer et al. 2002, SIAM J. Comput. 32:48',
    page: 'https://doi.org/10.1137/S0097539701398375',
  },
  settings: {
    // Remembered rows per new row of a step, and the share of them that the bandit chooses; the
    // others come in turn.
    ratio: 6,
    chosen: 0.6,
    // Weight of remembered labels and of remembered logits; the new rows' labels have 1.
    labels: 4,
    logits: 0.5,
    // Penalty on leaving the anchor, times synapse importance × neuron importance; rows it is
    // measured on; its fading per run.
    lambda: 1,
    importanceRows: 128,
    decay: 0.9,
    // Steps of a round, and rows of either kind that are held back during it.
    roundSteps: 8,
    heldBack: 8,
    // Exp3: floor of exploration, learning rate, weight that flows back to all arms; weight of
    // updating everything at first.
    exploration: 0.1,
    rate: 0.1,
    share: 0.01,
    everything: 100,
  },
  warm: true,
  terms: () => ({ matching: true, penalty: true, masks: true }),
  begin(context) {
    const { runner, data, memory, random, settings } = context;
    const penaltyScale = settings.lambda!;
    const earlier = loadConsolidation(NAME, context, penaltyScale);
    const choices = memory.rows.rows > 0 ? createChoices(context) : undefined;
    return {
      async sample(turn) {
        if (choices !== undefined) return { ...(await choices.sample(turn)), penaltyScale };
        return composeBatch([{ rows: data, indices: turn, labels: 1 }], runner.outputWidth);
      },
      observe: async () => choices?.stepped(),
      async keep() {
        choices?.finish();
        const outputs = await runner.logits(data.features, data.rows);
        const { outputWidth } = runner;
        // A value is no class.
        const keep = hasClasses(context.spec.task) ? 'runAndClassBalanced' : 'runBalanced';
        const kept = remember(memory, { rows: data, outputs, outputWidth }, keep, random);
        const remembered = { ...kept, outputs: await withNewClasses(context, kept) };
        const importance = await synapseTimesNeuron(runner, importanceBatches(context));
        for (const [name, values] of importance) {
          const past = earlier.importance.get(name);
          if (past === undefined) continue;
          for (let i = 0; i < values.length; i++) values[i]! += settings.decay! * past[i]!;
        }
        return storeConsolidation(NAME, remembered, { importance, anchor: await runner.values() });
      },
      metrics: () => choices?.metrics() ?? {},
    };
  },
};

/**
 * Remembered logits, with those of classes that are new in this run as the model answers now: when
 * the rows were remembered nobody had taught it these classes, and what it said of them then would
 * hold them down.
 */
async function withNewClasses(
  { runner, data, memory }: StrategyContext,
  kept: ReplayMemory,
): Promise<Float32Array> {
  const known = new Set(memory.rows.labels);
  const fresh = new Set(data.labels.filter((label) => !known.has(label)));
  const { outputWidth } = runner;
  if (fresh.size === 0 || outputWidth === 1 || memory.rows.rows === 0) return kept.outputs;
  const now = await runner.logits(kept.rows.features, kept.rows.rows);
  return kept.outputs.map((logit, i) => (fresh.has(i % outputWidth) ? now[i]! : logit));
}

/** Single rows, half of them remembered ones: what matters to either is held. */
function* importanceBatches({
  runner,
  data,
  memory,
  random,
  settings,
}: StrategyContext): Generator<TrainingBatch> {
  const drawNew = createDraw(data.rows, random);
  const drawOld = createDraw(memory.rows.rows, random);
  for (let row = 0; row < settings.importanceRows!; row++) {
    const isOld = row % 2 === 1 && memory.rows.rows > 0;
    const portion = isOld ? { rows: memory.rows, indices: drawOld(1) } : { rows: data, indices: drawNew(1) };
    yield composeBatch([{ ...portion, labels: 1 }], runner.outputWidth);
  }
}
