import type { LabelledRows } from '@driftloop/spec';
import { selectRows } from '@driftloop/spec';
import { eventTimeOf, type RowClock } from '../stream/clock.ts';
import { type Table, widthOf } from '../table/table.ts';

/**
 * The rows of a table as training data: equal weights, event times by the clock. Rows without a
 * label teach nothing, and are left out.
 */
export function labelledRowsOf(table: Table, clock: RowClock, firstRow = 0): LabelledRows {
  const { targets = 1 } = table;
  const all = {
    rows: table.rows,
    width: widthOf(table),
    features: table.features,
    labels: table.labels,
    ...(targets === 1 ? {} : { targets }),
    weights: new Float32Array(table.rows).fill(1),
    eventTimes: Float64Array.from({ length: table.rows }, (_, row) => eventTimeOf(clock, firstRow + row)),
    ...(table.texts === undefined ? {} : { texts: table.texts }),
  };
  const labelled = labelledIn(table);
  return labelled.length === table.rows ? all : selectRows(all, labelled);
}

/** Numbers of the rows of a table that have a label, in order. */
export function labelledIn({
  rows,
  labels,
  targets = 1,
}: Pick<Table, 'rows' | 'labels' | 'targets'>): number[] {
  return Array.from({ length: rows }, (_, row) => row).filter((row) => !Number.isNaN(labels[row * targets]));
}
