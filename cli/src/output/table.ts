import Table from 'cli-table3';

/** Renders rows for a terminal: the columns that are named, in that order. */
export function renderTable(columns: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const table = new Table({ head: [...columns], style: { head: [], border: [] } });
  for (const row of rows) table.push(row.map(renderCell));
  return table.toString();
}

function renderCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' && !Number.isInteger(value)) {
    return value.toLocaleString('en-US', { maximumSignificantDigits: 4 });
  }
  return Array.isArray(value) ? value.join('; ') : String(value);
}

/** Event times as people read them: `2026-01-31 13:30`, UTC. */
export function renderTime(epochMs: number | null): string {
  if (epochMs === null || !Number.isFinite(epochMs)) return '';
  return new Date(epochMs).toISOString().slice(0, 16).replace('T', ' ');
}
