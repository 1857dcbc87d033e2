import { remember } from '../memory/sample.ts';
import { composeBatch } from '../steps/compose-batch.ts';
import { loadConsolidation, storeConsolidation } from './consolidation.ts';
import type { Strategy } from './strategy.ts';

const NAME = 'si';

/** Importance is a parameter's share of the loss's fall along the path that training took. */
export const si: Strategy = {
  name: NAME,
  summary: 'Holds parameters in place by how much each lowered the loss while it was trained (SI).',
  source: { paper: 'Zenke et al. 2017, arXiv 1703.04200', page: 'https://arxiv.org/abs/1703.04200' },
  // damping: ξ, added to the squared distance that a parameter moved.
  settings: { strength: 0.1, damping: 0.1 },
  warm: true,
  terms: () => ({ penalty: true, pathIntegral: true }),
  async begin(context) {
    const { runner, data, memory, random, settings } = context;
    const start = await runner.values();
    // The paper's penalty is c·ΣΩ(θ - θ*)², autodiff's half of that.
    const penaltyScale = 2 * settings.strength!;
    const earlier = loadConsolidation(NAME, context, penaltyScale);
    return {
      sample: (turn) => ({
        ...composeBatch([{ rows: data, indices: turn, labels: 1 }], runner.outputWidth),
        penaltyScale,
      }),
      async keep() {
        const anchor = await runner.values();
        const importance = new Map<string, Float32Array>();
        for (const [name, path] of await runner.pathIntegrals()) {
          const from = start.get(name)!;
          const to = anchor.get(name)!;
          const past = earlier.importance.get(name);
          importance.set(
            name,
            path.map((gain, i) => {
              const moved = (to[i]! - from[i]!) ** 2 + settings.damping!;
              return (past?.[i] ?? 0) + Math.max(0, gain) / moved;
            }),
          );
        }
        const remembered = remember(memory, { rows: data }, 'reservoir', random);
        return storeConsolidation(NAME, remembered, { importance, anchor });
      },
    };
  },
};
