import type { ModelTask } from '@driftloop/schemas';
import type { PerformanceRow } from '@driftloop/warehouse';
import { renderTable, renderTime } from './table.ts';

/** Windows with what is estimated, what is known now and what is true. */
export function renderPerformance(
  rows: readonly PerformanceRow[],
  task: ModelTask,
  width?: number | undefined,
): string {
  const isError = task === 'regression';
  const show = isError ? digits : percent;
  return renderTable(
    [
      'window',
      'version',
      'role',
      'answers',
      'labelled',
      isError ? 'estimated error' : 'estimated',
      'now',
      'truth',
      'missed',
    ],
    rows.map((row) => [
      renderTime(row.windowStart),
      row.version,
      row.role,
      row.answers,
      row.labelled,
      between(
        isError ? row.estimatedMeanAbsoluteError : row.estimatedAccuracy,
        row.estimatedLower,
        row.estimatedUpper,
        show,
      ),
      isError
        ? show(row.meanAbsoluteError)
        : between(row.accuracy, row.accuracyLower, row.accuracyUpper, show),
      isError ? (row.labelCoverage >= 0.95 ? show(row.meanAbsoluteError) : '') : show(row.realisedAccuracy),
      row.limitMissedLikelihood === null
        ? ''
        : `${row.limitMetric} ${limitOf(row)}: ${percent(row.limitMissedLikelihood)} likely`,
    ]),
    width,
  );
}

function limitOf({ limitMetric, limitValue }: PerformanceRow): string {
  return ['mae', 'mse', 'rmse'].includes(limitMetric) ? digits(limitValue) : percent(limitValue);
}

function between(
  value: number | null,
  lower: number | null,
  upper: number | null,
  show: (value: number | null) => string,
): string {
  if (value === null) return '';
  return lower === null || upper === null || lower === upper
    ? show(value)
    : `${show(value)} (${show(lower)} to ${show(upper)})`;
}

function percent(share: number | null): string {
  return share === null ? '' : `${(100 * share).toFixed(1)} %`;
}

function digits(value: number | null): string {
  return value === null ? '' : String(Number(value.toPrecision(4)));
}
