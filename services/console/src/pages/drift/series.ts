import { type Columns, type Line, middleOf, type Series } from '../../parts/chart/series.ts';
import type { DriftRow, PerformanceRow } from '../../queries/history.ts';

/** What was served, over windows: accuracy as labels and answers tell it, or the error. Pure. */
export function performanceSeries(rows: readonly PerformanceRow[]): Series {
  const served = rows.filter(({ role }) => role === 'live');
  const isError = served.some(({ rootMeanSquaredError }) => rootMeanSquaredError !== null);
  const title = isError ? 'Error' : 'Accuracy';
  if (isError)
    return {
      title,
      isShare: false,
      lines: [
        { label: 'root mean squared error', colour: 'blue' },
        { label: 'mean absolute error', colour: 'grey', dashed: true },
      ],
      columns: byTime(served, [(row) => row.rootMeanSquaredError, (row) => row.meanAbsoluteError]),
    };
  const hasBounds = served.some(({ estimatedLower }) => typeof estimatedLower === 'number');
  return {
    title,
    isShare: true,
    lines: [
      { label: 'with nearly all labels', colour: 'blue' },
      { label: 'with the labels so far', colour: 'grey', dashed: true },
      { label: 'estimated without labels', colour: 'orange', dashed: true },
      ...(hasBounds ? BOUNDS : []),
    ],
    columns: byTime(served, [
      (row) => row.realisedAccuracy,
      (row) => row.provisionalAccuracy,
      (row) => row.estimatedAccuracy,
      ...(hasBounds
        ? [
            (row: PerformanceRow) => row.estimatedUpper ?? null,
            (row: PerformanceRow) => row.estimatedLower ?? null,
          ]
        : []),
    ]),
  };
}

/** The upper first, then the lower. */
const BOUNDS: readonly Line[] = [
  { label: 'at most (95 %)', colour: 'orange', isBound: true },
  { label: 'at least (95 %)', colour: 'orange', isBound: true },
];

/** How likely drift is, by the newest verdict about each window. Pure. */
export function likelihoodSeries(rows: readonly DriftRow[]): Series {
  return {
    title: 'Likelihood of drift',
    isShare: true,
    lines: [{ label: 'verdict', colour: 'red' }],
    columns: byTime(
      rows.filter(({ likelihood }) => likelihood !== null),
      [(row) => row.likelihood],
    ),
  };
}

/** How strong the strongest evidence of each signal is. Pure. */
export function severitySeries(rows: readonly DriftRow[]): Series {
  return {
    title: 'Evidence by signal',
    isShare: true,
    lines: [
      { label: 'data', colour: 'blue' },
      { label: 'prediction', colour: 'orange', dashed: true },
      { label: 'concept', colour: 'green' },
    ],
    columns: byTime(rows, [
      (row) => row.dataSeverity,
      (row) => row.predictionSeverity,
      (row) => row.conceptSeverity,
    ]),
  };
}

/**
 * Two versions may have answered in one window: the one with a value, and of two the newer, counts.
 */
function byTime<
  Row extends { readonly windowStart: number; readonly windowEnd: number; readonly version: number },
>(rows: readonly Row[], values: readonly ((row: Row) => number | null)[]): Columns {
  const moments = new Map<number, (number | null)[]>();
  for (const row of [...rows].sort((one, other) => one.version - other.version)) {
    const at = middleOf(row);
    const known = moments.get(at);
    moments.set(
      at,
      values.map((value, index) => value(row) ?? known?.[index] ?? null),
    );
  }
  const times = [...moments.keys()].sort((one, other) => one - other);
  return [times, ...values.map((_, index) => times.map((at) => moments.get(at)?.[index] ?? null))];
}
