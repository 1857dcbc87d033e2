import type { ModelTask } from '@driftloop/schemas';
import { hasClasses } from '@driftloop/spec';
import type { WindowRecord } from '../selection/history.ts';

/** When a change began, with the bounds between which it plausibly did. */
export interface ChangePoint {
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Half of the 95 % quantile of chi-square with one degree: splits this close to the best one are
 * plausible (Wilks 1938).
 */
const PLAUSIBLE = 1.92;

/**
 * The split of a version's labelled windows that best explains their scores as two means (profile
 * likelihood of a Gaussian with common variance; for accuracies its limit). A split lies at the
 * start of a window, so the change may be up to one window earlier.
 *
 * @param task what the scores are: accuracies, or squared errors
 * @returns undefined for fewer than two labelled windows
 */
export function scoreChangePoint(
  windows: readonly WindowRecord[],
  task: ModelTask = 'binary',
): ChangePoint | undefined {
  const scored = windows.flatMap(({ start, end, labelled, score }) =>
    score === null || labelled === 0 ? [] : [{ start, end, n: labelled, score }],
  );
  if (scored.length < 2) return undefined;
  const candidates = scored.slice(1).map(({ start }, i) => ({
    start,
    fit: squaresOf(scored.slice(0, i + 1)) + squaresOf(scored.slice(i + 1)),
  }));
  const noise = noiseOf(scored, task);
  const best = candidates.reduce((a, b) => (b.fit < a.fit ? b : a));
  const plausible = candidates.filter(({ fit }) => fit - best.fit <= PLAUSIBLE * 2 * noise);
  const index = scored.findIndex(({ start }) => start === plausible[0]?.start);
  return {
    at: best.start,
    from: scored[index - 1]?.start ?? best.start,
    to: scored.find(({ start }) => start === plausible.at(-1)?.start)?.end ?? best.start,
  };
}

function squaresOf(windows: readonly { n: number; score: number }[]): number {
  const mean = meanOf(windows);
  return windows.reduce((sum, { n, score }) => sum + n * (score - mean) ** 2, 0);
}

function meanOf(windows: readonly { n: number; score: number }[]): number {
  const rows = windows.reduce((sum, { n }) => sum + n, 0);
  return windows.reduce((sum, { n, score }) => sum + n * score, 0) / rows;
}

/**
 * Variance of one row's score: of a share that of a right answer, of which even 1 leaves some
 * doubt; a squared error's spread is about its mean.
 */
function noiseOf(windows: readonly { n: number; score: number }[], task: ModelTask): number {
  const mean = meanOf(windows);
  return hasClasses(task) ? Math.max(1e-3, mean * (1 - mean)) : mean * mean;
}
