import { setTimeout as sleep } from 'node:timers/promises';
import type { TypedProducer } from '@driftloop/bus';
import type { InferenceLabel, InferenceRequest } from '@driftloop/schemas';
import { type Table, widthOf } from '../table/table.ts';
import { eventTimeOf, type RowClock } from './clock.ts';
import { type Extent, extentOf, type SentIds } from './extent.ts';

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
  /**
   * Part of every id, so that those of another run are other ones; of no meaning where the table
   * names them.
   * @default none
   */
  readonly run?: string;
  /**
   * Tick to go on at: tick t sends the request of row t and the label of row t - labelDelayRows.
   * @default 0
   */
  readonly fromTick?: number;
  /** What has been sent of the rows from there on, and is not sent again. @default nothing */
  readonly alreadySent?: SentIds;
  readonly signal?: AbortSignal;
  /** Told what the next send holds, before it. */
  onSending?(fromTick: number, untilTick: number): void;
  /** Told after every send; the next one waits for it. */
  onProgress?(sent: Sent): void | Promise<void>;
}

/** How far a stream has come. */
export interface Sent {
  readonly requests: number;
  readonly labels: number;
  /** The next tick. */
  readonly tick: number;
}

/**
 * Rows are sent in slices of this long, so that the pace is even and requests still share batches.
 */
const SLICE_MS = 50;
/** Most rows per send: bounds memory when flat out. */
const MOST_ROWS = 2_000;

/**
 * Streams a table as requests, each row's label following `labelDelayRows` rows later, as late
 * truth does. After the last row the labels that are still due follow at the same pace.
 *
 * @returns how much was sent; less than the table when aborted, with nothing on its way
 */
export async function produceTable(options: ProduceOptions): Promise<Sent> {
  const { producer, table, labelDelayRows, rate, fromTick = 0 } = options;
  const totalTicks = ticksOf(table.rows, labelDelayRows);
  const startedAt = performance.now();
  let sent: Sent = { requests: 0, labels: 0, tick: fromTick };
  while (sent.tick < totalTicks && !options.signal?.aborted) {
    const due = Number.isFinite(rate)
      ? fromTick + Math.floor(((performance.now() - startedAt) / 1_000) * rate)
      : totalTicks;
    const until = Math.min(totalTicks, due, sent.tick + MOST_ROWS);
    if (until > sent.tick) {
      const extent = extentOf(sent.tick, until, table.rows, labelDelayRows);
      const requests = requestsOf(options, extent.requests);
      const labels = labelsOf(options, extent.labels);
      options.onSending?.(sent.tick, until);
      await Promise.all([
        producer.send('inference.requests', keyed(requests)),
        producer.send('inference.labels', keyed(labels)),
      ]);
      sent = { requests: sent.requests + requests.length, labels: sent.labels + labels.length, tick: until };
      await options.onProgress?.(sent);
    }
    if (Number.isFinite(rate)) await sleep(SLICE_MS);
  }
  return sent;
}

const EMPTY = {};
const NO_FEATURES = new Float32Array();

/** Ticks that a table takes: one per row, and those in which only labels follow. */
export function ticksOf(rows: number, labelDelayRows: number): number {
  return rows + (Number.isFinite(labelDelayRows) && rows > 0 ? labelDelayRows : 0);
}

/** Id of the request made of a row. */
export function requestIdOf(model: string, row: number, run?: string): string {
  return `${model}-${run === undefined ? '' : `${run}-`}${String(row).padStart(8, '0')}`;
}

/**
 * Id of a row of a table: the one that the table names, else one made of model, run and row number.
 */
export function rowIdOf(
  { model, table, run, firstRow = 0 }: Pick<ProduceOptions, 'model' | 'table' | 'run' | 'firstRow'>,
  row: number,
): string {
  return table.ids?.[row] ?? requestIdOf(model, firstRow + row, run);
}

function requestsOf(options: ProduceOptions, { from, to }: Extent): InferenceRequest[] {
  const { model, table, clock, firstRow = 0, alreadySent } = options;
  const width = widthOf(table);
  const requests: InferenceRequest[] = [];
  for (let row = from; row < to; row += 1) {
    const requestId = rowIdOf(options, row);
    if (alreadySent?.requests.has(requestId)) continue;
    const answer = table.answerAt?.(row);
    requests.push({
      requestId,
      model,
      eventTime: eventTimeOf(clock, firstRow + row),
      ...(table.columnsAt?.(row) ?? EMPTY),
      features:
        table.columnsAt === undefined ? table.features.subarray(row * width, (row + 1) * width) : NO_FEATURES,
      ...(answer === undefined ? EMPTY : { answer }),
    });
  }
  return requests;
}

function labelsOf(options: ProduceOptions, { from, to }: Extent): InferenceLabel[] {
  const { model, table, clock, firstRow = 0, labelDelayRows, alreadySent } = options;
  const { targets = 1 } = table;
  const labels: InferenceLabel[] = [];
  for (let row = from; row < to; row += 1) {
    const requestId = rowIdOf(options, row);
    if (alreadySent?.labels.has(requestId)) continue;
    const label = table.labels[row * targets] ?? Number.NaN;
    // A row whose truth is not known has no label.
    if (Number.isNaN(label)) continue;
    const labelName = table.classNames?.[label];
    labels.push({
      requestId,
      model,
      label,
      ...(labelName === undefined ? {} : { labelName }),
      ...(targets === 1
        ? {}
        : { values: Array.from(table.labels.subarray(row * targets, (row + 1) * targets)) }),
      // The truth became known that many rows later.
      eventTime: eventTimeOf(clock, firstRow + row + labelDelayRows),
    });
  }
  return labels;
}

function keyed<R extends { requestId: string }>(records: readonly R[]): { key: string; value: R }[] {
  return records.map((value) => ({ key: value.requestId, value }));
}
