import Table from 'cli-table3';
import { printable } from './printable.ts';

/** What a cell has beside its text: a space on either side. */
const PADDING = 2;
/** A last column that would get less is left as wide as it is. */
const LEAST_WIDTH = 24;

/**
 * Renders rows for a terminal: the columns that are named, in that order. Each item of a cell's
 * array has its own line.
 *
 * @param width columns of the terminal; the last column is wrapped to fit. By default those of
 *   standard output, and no bound when it is no terminal
 */
export function renderTable(
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
  width: number | undefined = process.stdout.columns,
): string {
  const cells = rows.map((row) => row.map(renderCell));
  const table = new Table({
    head: [...columns],
    style: { head: [], border: [] },
    wordWrap: true,
    colWidths: width === undefined ? [] : fittingWidths([columns, ...cells], width),
  });
  for (const row of cells) table.push(row);
  return table.toString();
}

/** Widths of cli-table3's columns: null is as wide as its content. */
function fittingWidths(cells: readonly (readonly string[])[], width: number): (number | null)[] {
  const natural = (cells[0] ?? []).map(
    (_, column) => PADDING + longestOf(cells.flatMap((row) => (row[column] ?? '').split('\n'))),
  );
  const borders = natural.length + 1;
  const last = natural.at(-1) ?? 0;
  const left = width - borders - (natural.reduce((sum, one) => sum + one, 0) - last);
  // A word that is wider would be cut.
  const longest = PADDING + longestOf(cells.flatMap((row) => (row.at(-1) ?? '').split(/\s/)));
  if (last <= left || left < LEAST_WIDTH || longest > left) return [];
  return natural.map((_, column) => (column === natural.length - 1 ? left : null));
}

/** A table may have more rows than a call may have arguments. */
function longestOf(texts: readonly string[]): number {
  return texts.reduce((longest, text) => Math.max(longest, text.length), 0);
}

function renderCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' && !Number.isInteger(value)) {
    return value.toLocaleString('en-US', { maximumSignificantDigits: 4 });
  }
  return printable(Array.isArray(value) ? value.join('\n') : String(value));
}

/** Event times as people read them: `2026-01-31 13:30`, UTC. */
export function renderTime(epochMs: number | null): string {
  if (epochMs === null || !Number.isFinite(epochMs)) return '';
  return new Date(epochMs).toISOString().slice(0, 16).replace('T', ' ');
}
