/** Rows by their place in the table, `to` not included. */
export interface Extent {
  readonly from: number;
  readonly to: number;
}

/** Ids of rows by what was sent of them. */
export interface SentIds {
  readonly requests: ReadonlySet<string>;
  readonly labels: ReadonlySet<string>;
}

/** The rows whose requests and whose labels are sent in ticks [fromTick, untilTick). */
export function extentOf(
  fromTick: number,
  untilTick: number,
  rows: number,
  labelDelayRows: number,
): { requests: Extent; labels: Extent } {
  const within = (row: number) => Math.max(0, Math.min(rows, row));
  return {
    requests: { from: within(fromTick), to: within(untilTick) },
    labels: { from: within(fromTick - labelDelayRows), to: within(untilTick - labelDelayRows) },
  };
}

/**
 * What went out and what is due at a tick, in words.
 * @param firstRow number of the table's first row
 */
export function tellExtent(tick: number, rows: number, labelDelayRows: number, firstRow: number): string {
  const { requests, labels } = extentOf(0, tick, rows, labelDelayRows);
  const missing = rows - requests.to;
  const due = Number.isFinite(labelDelayRows) ? { from: labels.to, to: requests.to } : { from: 0, to: 0 };
  return [
    `Out: requests of ${rowsIn(requests, firstRow)}, labels of ${rowsIn(labels, firstRow)}.`,
    `Due: labels of ${rowsIn(due, firstRow)}.`,
    `Not begun: ${rowsIn({ from: rows - missing, to: rows }, firstRow)}.`,
  ].join(' ');
}

function rowsIn({ from, to }: Extent, firstRow: number): string {
  if (to <= from) return 'no rows';
  const count = (to - from).toLocaleString('en-US');
  return `${count} rows (${firstRow + from} to ${firstRow + to - 1})`;
}
