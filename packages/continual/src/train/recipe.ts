import type { Optimizer } from '@driftloop/autodiff';

/** How a run trains, whatever its strategy. */
export interface Recipe {
  /**
   * Times each new row is visited, at most; the budget and early stopping may end the run sooner.
   */
  readonly epochs: number;
  /** New rows per step. auto: about a sixteenth of the rows, a power of two from 16 to 256. */
  readonly batchSize: number | 'auto';
  /**
   * Of a step with 256 rows where the batch size is auto, else as it is: smaller batches take the
   * root of their share of it.
   */
  readonly learningRate: number;
  /** constant; or decaying: full for the first half of the steps, then linearly towards 0. */
  readonly schedule: 'constant' | 'decaying';
  readonly optimizer: Optimizer;
  /**
   * For models of the factory (others always go on). fresh: standardisation is measured and
   * parameters are drawn anew. warm: standardisation is measured anew without changing the answers.
   * go on: nothing is changed.
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
  batchSize: 'auto',
  learningRate: 0.02,
  schedule: 'decaying',
  optimizer: { kind: 'adamw', weightDecay: 0.2 },
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

const SMALLEST_BATCH = 16;
const LARGEST_BATCH = 256;

/** A recipe whose batch size is settled. */
export type SettledRecipe = Recipe & { readonly batchSize: number };

/**
 * Settles the batch size for a number of rows, and the learning rate by it (square-root scaling, as
 * for Adam: Malladi et al. 2022).
 */
export function settleRecipe(recipe: Recipe, rows: number): SettledRecipe {
  const { batchSize, learningRate } = recipe;
  if (batchSize !== 'auto') return { ...recipe, batchSize };
  const power = 2 ** Math.round(Math.log2(Math.max(1, rows / 16)));
  const settled = Math.min(LARGEST_BATCH, Math.max(SMALLEST_BATCH, power));
  return { ...recipe, batchSize: settled, learningRate: learningRate * Math.sqrt(settled / LARGEST_BATCH) };
}
