import type { StepRunner } from '@driftloop/autodiff';
import { DriftloopError } from '@driftloop/errors';
import { hasClasses, type LabelledRows } from '@driftloop/spec';
import type { TaskSpec } from '../data/check-rows.ts';
import { labelUnit } from '../data/statistics.ts';
import { type HeldBackScore, scoreRows } from './held-back.ts';
import type { SettledRecipe } from './recipe.ts';

export interface EarlyStopping {
  /** Scores the held-back rows; remembers the parameters when they are the best so far. */
  look(step: number): Promise<{ stop: boolean; metrics: Record<string, number> }>;
  /** Puts the best parameters back. */
  restoreBest(): Promise<void>;
  metrics(): Record<string, number>;
}

/** A first loss below this, in its unit, is no measure of what diverges. */
const SMALL = 0.1;
/** Fewer held-back rows say too little to choose by. */
const MIN_ROWS = 20;

/**
 * Watches the loss on held-back rows. With too few of them it never stops a run and keeps the last
 * parameters.
 */
export function createEarlyStopping(
  runner: StepRunner,
  heldBack: LabelledRows,
  spec: TaskSpec,
  recipe: SettledRecipe,
): EarlyStopping {
  if (heldBack.rows < MIN_ROWS) {
    return {
      look: async () => ({ stop: false, metrics: {} }),
      restoreBest: async () => {},
      metrics: () => ({}),
    };
  }
  // Losses of classes are nats; squared errors are measured by the labels.
  const unit = hasClasses(spec.task) ? 1 : labelUnit(heldBack);
  let first: HeldBackScore | undefined;
  let best: { score: HeldBackScore; step: number; values: ReadonlyMap<string, Float32Array> } | undefined;
  let waited = 0;
  let lastStep = 0;
  return {
    async look(step) {
      const score = await scoreRows(runner, heldBack, spec);
      first ??= score;
      checkDivergence(score, first, unit, step, recipe);
      lastStep = step;
      if (best === undefined || score.loss < best.score.loss) {
        best = { score, step, values: await runner.values() };
        waited = 0;
      } else waited++;
      return {
        stop: waited >= recipe.patience,
        metrics: { heldBackLoss: score.loss, heldBackAccuracy: score.accuracy },
      };
    },
    async restoreBest() {
      if (best !== undefined && best.step !== lastStep) runner.setValues(best.values);
    },
    metrics: () =>
      best === undefined
        ? {}
        : { bestStep: best.step, heldBackLoss: best.score.loss, heldBackAccuracy: best.score.accuracy },
  };
}

function checkDivergence(
  score: HeldBackScore,
  first: HeldBackScore,
  unit: number,
  step: number,
  recipe: SettledRecipe,
): void {
  if (Number.isFinite(score.loss) && score.loss <= recipe.divergence * Math.max(first.loss, SMALL * unit))
    return;
  throw new DriftloopError(
    'TRAINING_FAILED',
    `The loss on held-back rows went from ${first.loss} to ${score.loss} by step ${step}: the run diverges. ` +
      `Lower the learning rate (${recipe.learningRate}).`,
  );
}
