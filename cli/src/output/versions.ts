import { renderTable, renderTime } from './table.ts';

/** What a row of {@link renderVersions} shows of a version. */
export interface VersionRow {
  readonly model: string;
  readonly version: number;
  readonly status: string;
  readonly parentVersion: number | null;
  /** Event time until which it has seen labels, epoch ms. */
  readonly eventTime: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly reasons: readonly string[];
}

/**
 * Versions as a table, each with its accuracy (a regression: its squared error) when it was made:
 * on held-out rows, or for a candidate on the gate's newest rows.
 */
export function renderVersions(versions: readonly VersionRow[]): string {
  return renderTable(
    ['model', 'version', 'status', 'from', 'seen until', 'accuracy', 'why'],
    versions.map(({ metrics, ...row }) => [
      row.model,
      row.version,
      row.status,
      row.parentVersion,
      renderTime(row.eventTime),
      metrics.accuracy ?? metrics.recentAccuracy ?? errorOf(metrics),
      row.reasons,
    ]),
  );
}

function errorOf({ squaredError, error }: VersionRow['metrics']): string | undefined {
  if (error !== undefined) return `error ${error.toPrecision(4)}`;
  return squaredError === undefined ? undefined : `squared error ${squaredError.toPrecision(4)}`;
}
