import type { ModelTask } from '@driftloop/schemas';
import { hasClasses } from '@driftloop/spec';
import { type Check, percent } from './check.ts';
import { relativeRise, type Scores } from './scores.ts';
import type { GateSettings } from './settings.ts';

/** Fewer remembered rows say too little about forgetting. */
const MIN_ROWS = 30;

/**
 * Whether the candidate still knows what the live version knew, measured on remembered rows. Where
 * the concept has changed, old labels contradict new ones: what is gained on the newest rows may be
 * lost on old ones on top of the margin.
 *
 * @param gain Accuracy gained on the newest rows (for a regression: share of the live loss saved).
 */
export function checkForgetting(
  live: Scores,
  candidate: Scores,
  gain: number,
  task: ModelTask,
  settings: GateSettings,
): Check {
  const rows = live.rowLosses.length;
  if (rows < MIN_ROWS) {
    return {
      passed: true,
      text: `${rows} remembered rows are too few to measure forgetting`,
      metrics: { memoryRows: rows },
    };
  }
  const allowed = settings.forgettingMargin + Math.max(0, gain);
  const regression = !hasClasses(task);
  const forgotten = regression ? relativeRise(candidate.loss, live.loss) : live.accuracy - candidate.accuracy;
  const passed = forgotten <= allowed;
  const measured = regression
    ? `its squared error is ${(2 * candidate.loss).toPrecision(4)}, the live version's ${(2 * live.loss).toPrecision(4)}`
    : `it is right on ${percent(candidate.accuracy)}, the live version on ${percent(live.accuracy)}`;
  const text = `on ${rows} remembered rows ${measured}${passed ? '' : `: it forgets more than the ${percent(allowed)} allowed`}`;
  return {
    passed,
    text,
    metrics: {
      memoryRows: rows,
      memoryAccuracy: candidate.accuracy,
      memoryLiveAccuracy: live.accuracy,
      forgetting: forgotten,
    },
  };
}
