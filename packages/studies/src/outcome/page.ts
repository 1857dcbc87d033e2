import { escaped, htmlPage, htmlTable, STYLE, tile } from '@driftloop/replay';
import { parallelCoordinates } from './parallel-coordinates.ts';
import { scatter } from './scatter.ts';
import { bestRow, type StudyRow, type StudyTable } from './table.ts';

/** A study as one HTML page that needs nothing else. */
export function studyPage(table: StudyTable): string {
  const { id, objectives, counts, rows } = table;
  const best = bestRow(table);
  const names = [...new Set(rows.flatMap(({ values }) => Object.keys(values)))];
  const metrics = [...new Set(rows.flatMap(({ metrics }) => Object.keys(metrics)))];
  const done = rows.filter(({ status }) => status === 'done');
  const pairs = objectives.slice(1).map(({ of }) => [objectives[0]?.of ?? '', of] as const);
  return htmlPage(`Study ${id}`, STYLE, [
    `<h1>Study ${escaped(id)}</h1>`,
    `<p>${objectives.map(({ of, wanted }) => `${escaped(of)} ${wanted === 'low' ? 'as low' : 'as high'} as can be`).join(', ')}</p>`,
    `<div class="tiles">${tile(`${counts.done} of ${rows.length === 0 ? 0 : counts.done + counts.failed + counts.waiting + counts.claimed}`, 'jobs done')}${tile(String(counts.failed), 'failed')}${tile(String(rows.filter(({ isFront }) => isFront).length), 'settings that no other beats')}</div>`,
    best ? `<p>Best by ${escaped(objectives[0]?.of ?? '')}: ${describe(best)}</p>` : '',
    ...pairs.map(([x, y]) => scatter({ title: `${y} beside ${x}`, x, y, rows: done })),
    parallelCoordinates([...names, ...objectives.map(({ of }) => of)], done),
    '<h2>Runs</h2>',
    htmlTable(
      ['#run', 'front', ...names, ...metrics.map((name) => `#${name}`), 'state'],
      rows.map((row) => [
        String(row.sample),
        row.isFront ? '●' : '',
        ...names.map((name) => textOf(row.values[name])),
        ...metrics.map((name) => textOf(row.metrics[name])),
        row.reason === '' ? row.status : `${row.status}: ${row.reason}`,
      ]),
    ),
  ]);
}

function describe({ values }: StudyRow): string {
  const parts = Object.entries(values).map(
    ([name, value]) => `<code>${escaped(`${name} = ${textOf(value)}`)}</code>`,
  );
  return parts.join(', ');
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'number') return String(value);
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(5)));
}
