import type { Optimizer } from '@driftloop/autodiff';

/** How a run trains, whatever its strategy. */
export interface Recipe {
  /** Times each new row is visited, at most; the budget and early stopping may end the run sooner. */
  readonly epochs: number;
  /** New rows per step. */
  readonly batchSize: number;
  readonly learningRate: number;
  /** constant; or decaying: full for the first half of the steps, then linearly towards 0. */
  readonly schedule: 'constant' | 'decaying';
  readonly optimizer: Optimizer;
  /**
   * For models of the factory (others always go on). fresh: standardisation is measured and parameters are drawn anew. warm: standardisation
   * is measured anew without changing the answers. go on: nothing is changed.
   */
  readonly start: 'fresh' | 'warm' | 'go on';
  /** Rows after which a row counts half; 0 for all equal. */
  readonly halfLifeRows: number;
  /** Share of the newest rows that is held back to choose the best step by; 0 for none. */
  readonly heldBackShare: number;
  /** Looks at the held-back rows in a row without improvement before the run ends. */
  readonly patience: number;
  /** Looks per epoch at the held-back rows. */
  readonly looksPerEpoch: number;
  /** A held-back loss this many times the first one counts as diverging. */
  readonly divergence: number;
}

/** What driftloop trains with unless told otherwise; docs/decisions says how it was chosen. */
export const DEFAULT_RECIPE: Recipe = {
  epochs: 20,
  batchSize: 64,
  learningRate: 0.01,
  schedule: 'decaying',
  optimizer: { kind: 'adam' },
  start: 'fresh',
  halfLifeRows: 2000,
  heldBackShare: 0,
  patience: 8,
  looksPerEpoch: 1,
  divergence: 20,
};

/** The learning rate of a step, counted from 0, of `steps` planned ones. */
export function scheduledRate(recipe: Recipe, step: number, steps: number): number {
  if (recipe.schedule === 'constant') return recipe.learningRate;
  const left = 1 - step / Math.max(1, steps);
  // Never quite 0: the last steps still count.
  return recipe.learningRate * Math.min(1, 2 * left + 0.01);
}
