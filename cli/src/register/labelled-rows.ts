import type { LabelledRows } from '@driftloop/spec';
import { selectRows } from '@driftloop/spec';
import { eventTimeOf, type RowClock } from '../stream/clock.ts';
import { type Table, widthOf } from '../table/table.ts';

/**
 * The rows of a table as training data: equal weights, event times by the clock. Rows without a
 * label teach nothing, and are left out.
 */
export function labelledRowsOf(table: Table, clock: RowClock, firstRow = 0): LabelledRows {
  const all = {
    rows: table.rows,
    width: widthOf(table),
    features: table.features,
    labels: table.labels,
    weights: new Float32Array(table.rows).fill(1),
    eventTimes: Float64Array.from({ length: table.rows }, (_, row) => eventTimeOf(clock, firstRow + row)),
    ...(table.texts === undefined ? {} : { texts: table.texts }),
  };
  const labelled = [...table.labels.keys()].filter((row) => !Number.isNaN(table.labels[row]));
  return labelled.length === table.rows ? all : selectRows(all, labelled);
}
