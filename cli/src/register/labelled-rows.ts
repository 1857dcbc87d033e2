import type { LabelledRows } from '@driftloop/spec';
import { eventTimeOf, type RowClock } from '../stream/clock.ts';
import type { Table } from '../stream/table.ts';

/** The rows of a table as training data: equal weights, event times by the clock. */
export function labelledRowsOf(table: Table, clock: RowClock, firstRow = 0): LabelledRows {
  return {
    rows: table.rows,
    width: table.featureNames.length,
    features: table.features,
    labels: table.labels,
    weights: new Float32Array(table.rows).fill(1),
    eventTimes: Float64Array.from({ length: table.rows }, (_, row) => eventTimeOf(clock, firstRow + row)),
  };
}
