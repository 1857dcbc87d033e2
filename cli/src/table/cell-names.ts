import type { Column } from '@driftloop/tables';

/**
 * What a cell of a column of names is called: its text, and a number as it is usually written, so
 * that 1 and 1.0 are one class.
 */
function nameOf(column: Column, row: number): string | undefined {
  const text = column.text(row);
  return column.kind === 'number' && text !== undefined ? String(column.number(row)) : text;
}

/** The same, where the names are known: the text itself comes first. */
export function knownNameOf(column: Column, row: number, known: ReadonlySet<string>): string | undefined {
  const text = column.text(row);
  return text === undefined || known.has(text) ? text : nameOf(column, row);
}

/** How often which name is there, by name. */
export function countNames(column: Column, rows: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let row = 0; row < rows; row++) {
    const name = nameOf(column, row);
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** Names in an order that depends on them alone: numbers by size, others by their characters. */
export function sortNames(names: Iterable<string>): string[] {
  const all = [...names];
  return all.every((name) => Number.isFinite(Number(name)))
    ? all.sort((a, b) => Number(a) - Number(b))
    : all.sort();
}
