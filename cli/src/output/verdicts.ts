import type { DriftVerdict } from '@driftloop/schemas';
import { renderTable, renderTime } from './table.ts';

/** Verdicts as a table, each with what weighed most. */
export function renderVerdicts(verdicts: readonly DriftVerdict[]): string {
  return renderTable(
    ['window', 'version', 'state', 'likelihood', 'confirmed', 'action', 'cause', 'leading evidence'],
    verdicts.map((row) => [
      renderTime(row.windowStart),
      row.version,
      row.state,
      row.likelihood,
      row.confirmedByLabels ? 'by labels' : '',
      row.action,
      row.causes?.[0]?.kind,
      row.evidence[0]?.text,
    ]),
  );
}
