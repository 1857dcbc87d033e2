import type { PerformanceRow } from '../../queries/history.ts';

/** How good a version was over the windows that are compared. */
export interface Share {
  readonly rows: number;
  /** Share of right answers, or the mean squared error. */
  readonly value: number;
  /** Half the width of a 95 % interval, by the normal approximation; null for an error. */
  readonly margin: number | null;
}

/** Two versions over the same windows. */
export interface Comparison {
  readonly windows: number;
  readonly left: Share;
  readonly right: Share;
  readonly isError: boolean;
}

/** Two-sided, of the normal distribution. */
const Z95 = 1.96;

/**
 * Compares two versions over the windows in which both have labelled answers, in whatever role;
 * they answered the same requests there where one was in shadow. Pure.
 *
 * @returns undefined where there is no such window
 */
export function compareVersions(
  rows: readonly PerformanceRow[],
  left: number,
  right: number,
): Comparison | undefined {
  const of = (version: number) =>
    new Map(
      rows
        .filter((row) => row.version === version && row.labelled > 0 && scoreOf(row) !== null)
        .map((row) => [row.windowStart, row]),
    );
  const [lefts, rights] = [of(left), of(right)];
  const common = [...lefts.keys()].filter((at) => rights.has(at));
  if (common.length === 0) return undefined;
  const isError = [...lefts.values()].some(({ rootMeanSquaredError }) => rootMeanSquaredError !== null);
  const share = (some: ReadonlyMap<number, PerformanceRow>) =>
    shareOf(
      common.flatMap((at) => some.get(at) ?? []),
      isError,
    );
  return { windows: common.length, left: share(lefts), right: share(rights), isError };
}

/** Share of right answers, or the squared error; null where neither is known. */
function scoreOf({ provisionalAccuracy, rootMeanSquaredError }: PerformanceRow): number | null {
  return provisionalAccuracy ?? (rootMeanSquaredError === null ? null : rootMeanSquaredError ** 2);
}

function shareOf(rows: readonly PerformanceRow[], isError: boolean): Share {
  const labelled = rows.reduce((sum, row) => sum + row.labelled, 0);
  const value = rows.reduce((sum, row) => sum + row.labelled * (scoreOf(row) ?? 0), 0) / labelled;
  const margin = isError ? null : Z95 * Math.sqrt((value * (1 - value)) / labelled);
  return { rows: labelled, value, margin };
}
