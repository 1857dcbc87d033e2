import { remember } from '../memory/sample.ts';
import { composeBatch } from '../steps/compose-batch.ts';
import type { StrategyContext } from '../steps/strategy-context.ts';
import type { Strategy } from './strategy.ts';
import { combine, dot } from './tensors.ts';

type Gradients = ReadonlyMap<string, Float32Array>;

/** A step may not raise the loss on what any earlier run remembers, to first order. */
export const gem: Strategy = {
  name: 'gem',
  summary: 'Projects each gradient so that no earlier run’s loss rises (GEM).',
  source: { paper: 'Lopez-Paz & Ranzato 2017, arXiv 1706.08840', page: 'https://arxiv.org/abs/1706.08840' },
  // margin: least weight of a violated run's gradient, which favours backward transfer.
  settings: { margin: 0.5 },
  begin(context) {
    const { runner, data, memory, random, settings } = context;
    const runs = rowsByRun(context);
    return {
      sample: (turn) => composeBatch([{ rows: data, indices: turn, labels: 1 }], runner.outputWidth),
      ...(runs.length === 0
        ? {}
        : {
            async project(gradients: Gradients) {
              const earlier: Gradients[] = [];
              for (const indices of runs) {
                const batch = composeBatch([{ rows: memory.rows, indices, labels: 1 }], runner.outputWidth);
                earlier.push((await runner.gradients(batch)).gradients);
              }
              return projectGradient(gradients, earlier, settings.margin!);
            },
          }),
      keep: async () => remember(memory, { rows: data }, 'runBalanced', random),
    };
  },
};

function rowsByRun({ memory }: StrategyContext): number[][] {
  const runs = new Map<number, number[]>();
  memory.origins.forEach((origin, row) => {
    const rows = runs.get(origin);
    if (rows === undefined) runs.set(origin, [row]);
    else rows.push(row);
  });
  return [...runs.values()];
}

/** Iterations of coordinate descent; a handful of runs converge in far fewer. */
const ITERATIONS = 200;
/** Share of a squared gradient that keeps the quadratic programme well conditioned. */
const RIDGE = 1e-3;

/**
 * The gradient nearest to `gradient` whose inner product with every earlier one is not negative: x
 * = g + Σ vₖ·gₖ with v = argmin ½·vᵀGGᵀv + (Gg)ᵀv, v ≥ margin (equation 12 of the paper), solved by
 * coordinate descent.
 */
export function projectGradient(
  gradient: Gradients,
  earlier: readonly Gradients[],
  margin: number,
): Gradients {
  const products = earlier.map((other) => dot(gradient, other));
  if (products.every((product) => product >= 0)) return gradient;
  const gram = earlier.map((left) => earlier.map((right) => dot(left, right)));
  const weights = new Float64Array(earlier.length).fill(margin);
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    let moved = 0;
    for (let k = 0; k < weights.length; k++) {
      const own = gram[k]![k]! * (1 + RIDGE);
      // A run without a gradient cannot be violated.
      if (own === 0) continue;
      let slope = products[k]! + own * weights[k]!;
      for (let j = 0; j < weights.length; j++) if (j !== k) slope += gram[k]![j]! * weights[j]!;
      const next = Math.max(margin, weights[k]! - slope / own);
      moved = Math.max(moved, Math.abs(next - weights[k]!));
      weights[k] = next;
    }
    if (moved < 1e-9) break;
  }
  return combine(
    gradient,
    earlier.map((other, k) => [weights[k]!, other] as const),
  );
}
