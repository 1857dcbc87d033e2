import { setTimeout as sleep } from 'node:timers/promises';
import type { TypedProducer } from '@driftloop/bus';
import type { InferenceLabel, InferenceRequest } from '@driftloop/schemas';
import { eventTimeOf, type RowClock } from './clock.ts';
import type { Table } from './table.ts';

/** What to stream, and how. */
export interface ProduceOptions {
  readonly producer: TypedProducer;
  readonly model: string;
  readonly table: Table;
  readonly clock: RowClock;
  /** Rows after which the label of a row follows; Infinity sends none. */
  readonly labelDelayRows: number;
  /** Rows per second of wall clock; Infinity for flat out. */
  readonly rate: number;
  /** Number of the first row, for ids and event time. @default 0 */
  readonly firstRow?: number;
  readonly signal?: AbortSignal;
  /** Told after every send; the next one waits for it. */
  onProgress?(sent: { requests: number; labels: number }): void | Promise<void>;
}

/** Rows are sent in slices of this long, so that the pace is even and requests still share batches. */
const SLICE_MS = 50;
/** Most rows per send: bounds memory when flat out. */
const MOST_ROWS = 2_000;

/**
 * Streams a table as requests, each row's label following `labelDelayRows` rows later, as late truth does. After the
 * last row the labels that are still due follow at the same pace.
 *
 * @returns how much was sent; less than the table when aborted
 */
export async function produceTable(options: ProduceOptions): Promise<{ requests: number; labels: number }> {
  const { producer, table, labelDelayRows, rate } = options;
  const totalTicks = table.rows + (Number.isFinite(labelDelayRows) ? labelDelayRows : 0);
  const startedAt = performance.now();
  let tick = 0;
  let sent = { requests: 0, labels: 0 };
  while (tick < totalTicks && !options.signal?.aborted) {
    const due = Number.isFinite(rate)
      ? Math.floor(((performance.now() - startedAt) / 1_000) * rate)
      : totalTicks;
    const until = Math.min(totalTicks, due, tick + MOST_ROWS);
    if (until > tick) {
      const requests = requestsOf(options, tick, Math.min(until, table.rows));
      const labels = labelsOf(
        options,
        Math.max(0, tick - labelDelayRows),
        Math.min(until - labelDelayRows, table.rows),
      );
      await Promise.all([
        producer.send('inference.requests', keyed(requests)),
        producer.send('inference.labels', keyed(labels)),
      ]);
      tick = until;
      sent = { requests: sent.requests + requests.length, labels: sent.labels + labels.length };
      await options.onProgress?.(sent);
    }
    if (Number.isFinite(rate)) await sleep(SLICE_MS);
  }
  return sent;
}

/** Id of the request made of a row. */
export function requestIdOf(model: string, row: number): string {
  return `${model}-${String(row).padStart(8, '0')}`;
}

function requestsOf(
  { model, table, clock, firstRow = 0 }: ProduceOptions,
  from: number,
  to: number,
): InferenceRequest[] {
  const width = table.featureNames.length;
  const requests: InferenceRequest[] = [];
  for (let row = from; row < to; row += 1) {
    requests.push({
      requestId: requestIdOf(model, firstRow + row),
      model,
      eventTime: eventTimeOf(clock, firstRow + row),
      features: table.features.subarray(row * width, (row + 1) * width),
    });
  }
  return requests;
}

function labelsOf(options: ProduceOptions, from: number, to: number): InferenceLabel[] {
  const { model, table, clock, firstRow = 0, labelDelayRows } = options;
  const labels: InferenceLabel[] = [];
  for (let row = from; row < to; row += 1) {
    labels.push({
      requestId: requestIdOf(model, firstRow + row),
      model,
      label: table.labels[row] ?? Number.NaN,
      // The truth became known that many rows later.
      eventTime: eventTimeOf(clock, firstRow + row + labelDelayRows),
    });
  }
  return labels;
}

function keyed<R extends { requestId: string }>(records: readonly R[]): { key: string; value: R }[] {
  return records.map((value) => ({ key: value.requestId, value }));
}
