import type { Metrics } from '../design/jobs.ts';
import type { Study } from '../design/study.ts';

/**
 * Which points no other one dominates: better in one objective, no worse in all. A point without a
 * number for an objective is not on the front: it has not been measured, or found nothing.
 */
export function paretoFront(
  points: readonly Metrics[],
  objectives: NonNullable<Study['objectives']>,
): boolean[] {
  const losses = points.map((point) =>
    objectives.map(({ of, wanted }) => {
      const value = point[of];
      return typeof value === 'number' ? (wanted === 'low' ? value : -value) : Number.NaN;
    }),
  );
  return losses.map(
    (own) =>
      own.length > 0 &&
      own.every((loss) => !Number.isNaN(loss)) &&
      !losses.some((other) => dominates(other, own)),
  );
}

function dominates(other: readonly number[], own: readonly number[]): boolean {
  let isBetter = false;
  for (let i = 0; i < own.length; i++) {
    const [theirs = Number.NaN, ours = Number.NaN] = [other[i], own[i]];
    if (!(theirs <= ours)) return false;
    if (theirs < ours) isBetter = true;
  }
  return isBetter;
}
