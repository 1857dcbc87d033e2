import { bestRow, type StudyTable } from '@driftloop/studies';
import { renderTable } from '../output/table.ts';

/** Rows that a terminal shows. */
const MOST_ROWS = 50;

/** How far a study is. */
export interface StudyProgress {
  readonly id: string;
  readonly finished: boolean;
  readonly counts: StudyTable['counts'];
}

/** Studies as a table. */
export function renderStudies(studies: readonly StudyProgress[]): string {
  if (studies.length === 0) return 'No study has been run yet: `driftloop study run FILE` runs one.';
  return renderTable(
    ['study', 'done', 'failed', 'under way', 'waiting', 'state'],
    studies.map(({ id, finished, counts }) => [
      id,
      counts.done,
      counts.failed,
      counts.claimed,
      counts.waiting,
      finished ? 'finished' : 'going on',
    ]),
  );
}

/** A study's runs as a table, those on the front first. */
export function renderStudy(table: StudyTable): string {
  const { id, counts, rows, objectives, all } = table;
  const names = [...new Set(rows.flatMap(({ values }) => Object.keys(values)))];
  const metrics =
    objectives.length > 0
      ? objectives.map(({ of }) => of)
      : [...new Set(rows.flatMap((row) => Object.keys(row.metrics)))];
  const sorted = [...rows].sort((a, b) => Number(b.isFront) - Number(a.isFront) || a.sample - b.sample);
  const shown = renderTable(
    ['run', 'front', ...names, ...metrics, 'state'],
    sorted
      .slice(0, MOST_ROWS)
      .map((row) => [
        row.sample,
        row.isFront ? 'yes' : '',
        ...names.map((name) => row.values[name]),
        ...metrics.map((name) => row.metrics[name]),
        row.reason === '' ? row.status : `${row.status}: ${row.reason}`,
      ]),
  );
  const rest =
    rows.length > MOST_ROWS ? [`And ${rows.length - MOST_ROWS} more: --json and --report have all.`] : [];
  const best = bestRow(table);
  const told = best
    ? [`Best by ${objectives[0]?.of}: run ${best.sample}, ${JSON.stringify(best.values)}.`]
    : [];
  const collected = Object.entries(all).map(([step, result]) => `${step}: ${JSON.stringify(result)}`);
  const state = `${id}: ${counts.done} jobs done, ${counts.failed} failed, ${counts.claimed + counts.waiting} left.`;
  return [shown, ...rest, ...collected, state, ...told].join('\n');
}
