import type { Row, RowKind } from '../conclusions/row.ts';

/** How the rows of one run differ from those of another. */
export interface RowDifferences {
  readonly rows: number;
  /** Rows of the other run that are missing. */
  readonly lost: number;
  /** Rows that the other run does not have. */
  readonly unexpected: number;
  /** Rows that came twice with different contents. */
  readonly contradicting: number;
  /** Rows that are in both and not the same. */
  readonly differing: number;
  /** Column → rows in which it differs. */
  readonly columns: Readonly<Record<string, number>>;
  /** The first differences, in words. */
  readonly examples: readonly string[];
}

const MOST_EXAMPLES = 6;
/** Most characters of a value in an example. */
const SHOWN = 60;

/**
 * Compares rows by their key. A row that is there twice with the same contents counts once: readers
 * drop it, too.
 *
 * @param mustBeThere whether a row counts as lost or unexpected when only one run has it; those for
 *   which it is false are compared where both runs have them
 */
export function compareRows(
  reference: readonly Row[],
  rows: readonly Row[],
  kind: RowKind,
  mustBeThere: (row: Row) => boolean,
): RowDifferences {
  const examples: string[] = [];
  const tell = (text: string): void => {
    if (examples.length < MOST_EXAMPLES) examples.push(text);
  };
  const before = byKey(reference, kind);
  const after = byKey(rows, kind);
  const columns = new Map<string, number>();
  let [lost, unexpected, differing] = [0, 0, 0];
  for (const [key, row] of before.rows) {
    const other = after.rows.get(key);
    if (!other) {
      if (!mustBeThere(row)) continue;
      lost++;
      tell(`lost: ${key}`);
      continue;
    }
    const different = differentColumns(row, other, kind);
    if (different.length === 0) continue;
    differing++;
    for (const column of different) columns.set(column, (columns.get(column) ?? 0) + 1);
    const shown = different.map((column) => `${column} ${show(row[column])} became ${show(other[column])}`);
    tell(`${key}: ${shown.join(', ')}`);
  }
  for (const [key, row] of after.rows) {
    if (before.rows.has(key) || !mustBeThere(row)) continue;
    unexpected++;
    tell(`unexpected: ${key}`);
  }
  for (const key of after.contradicting) tell(`twice and not the same: ${key}`);
  return {
    rows: after.rows.size,
    lost,
    unexpected,
    contradicting: after.contradicting.length,
    differing,
    columns: Object.fromEntries([...columns].sort(([a], [b]) => (a < b ? -1 : 1))),
    examples,
  };
}

/** How many rows there are; one that came twice counts once. */
export function countRows(rows: readonly Row[], kind: RowKind): number {
  return byKey(rows, kind).rows.size;
}

/** Whether nothing differs. */
export function isSame({ lost, unexpected, contradicting, differing }: RowDifferences): boolean {
  return lost + unexpected + contradicting + differing === 0;
}

function byKey(
  rows: readonly Row[],
  kind: RowKind,
): { rows: ReadonlyMap<string, Row>; contradicting: readonly string[] } {
  const found = new Map<string, Row>();
  const contradicting: string[] = [];
  for (const row of rows) {
    const key = kind.key.map((column) => `${column} ${keyText(column, row[column])}`).join(', ');
    const first = found.get(key);
    if (first === undefined) found.set(key, row);
    else if (differentColumns(first, row, kind).length > 0) contradicting.push(key);
  }
  return { rows: found, contradicting };
}

function differentColumns(one: Row, other: Row, { ignored }: RowKind): string[] {
  const columns = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...columns].filter(
    (column) => !ignored.includes(column) && textOf(one[column]) !== textOf(other[column]),
  );
}

/** Numbers that JSON has no word for stay apart. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return (
    JSON.stringify(value, (_, inner: unknown) => {
      if (typeof inner === 'bigint') return inner.toString();
      if (typeof inner === 'number' && !Number.isFinite(inner)) return String(inner);
      return inner;
    }) ?? 'undefined'
  );
}

/** Times of topics are numbers; people read dates. */
function keyText(column: string, value: unknown): string {
  const isTime = typeof value === 'number' && /(Start|End|Time)$/.test(column);
  return isTime ? new Date(value).toISOString() : textOf(value);
}

function show(value: unknown): string {
  const text = textOf(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
