import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, type RowClock, readTable, requestIdOf, type Table } from '@driftloop/cli';
import { type InputLog, type InputRecord, labelRecord, requestRecord } from '@driftloop/invariance';
import { validateSpec } from '@driftloop/registry';
import type { ModelSpec } from '@driftloop/schemas';

/** Elec2 as the demo has it: the first tenth trains version 1, the rest is streamed. */
export interface ElecStream {
  readonly spec: ModelSpec;
  readonly table: Table;
  readonly trainingRows: number;
  readonly clock: RowClock;
}

const TRAINING_ROWS = 4_531;
/** Rows after which a label follows. */
const LABEL_DELAY_ROWS = 500;
const HALF_HOUR_MS = 1_800_000;

/** Reads it. */
export async function elecStream(): Promise<ElecStream> {
  return {
    spec: validateSpec(JSON.parse(readFileSync(join(ROOT, 'examples/elec/spec.json'), 'utf8'))),
    table: await readTable(join(ROOT, 'data/elec.csv.gz'), 'target'),
    trainingRows: TRAINING_ROWS,
    clock: { startMs: Date.parse('1996-05-07T00:00:00Z'), intervalMs: HALF_HOUR_MS },
  };
}

/**
 * What follows the training rows, the whole table so often in all; each row's label comes 500 rows
 * later. One row per millisecond of log time.
 *
 * @param repeats six make 267,341 rows
 */
export function elecLog(
  { spec, table, trainingRows, clock }: ElecStream,
  repeats: number,
  startMs: number,
): InputLog {
  const { model } = spec;
  const width = table.featureNames.length;
  const end = table.rows * repeats;
  const eventTimeOf = (row: number): number => clock.startMs + row * clock.intervalMs;
  const records: InputRecord[] = [];
  for (let row = trainingRows; row < end + LABEL_DELAY_ROWS; row++) {
    const at = startMs + row - trainingRows;
    if (row < end) {
      const place = (row % table.rows) * width;
      const features = table.features.subarray(place, place + width);
      const requestId = requestIdOf(model, row);
      records.push(requestRecord({ requestId, model, eventTime: eventTimeOf(row), features }, at));
    }
    const labelled = row - LABEL_DELAY_ROWS;
    if (labelled < trainingRows) continue;
    const label = table.labels[labelled % table.rows] ?? Number.NaN;
    const requestId = requestIdOf(model, labelled);
    records.push(labelRecord({ requestId, model, label, eventTime: eventTimeOf(row) }, at));
  }
  return { specs: [spec], records };
}
