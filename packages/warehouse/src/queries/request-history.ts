import type { Warehouse } from '../warehouse.ts';

/** What became of one request, as far as ClickHouse has it. */
export interface RequestHistory {
  /** When the event happened, epoch ms. */
  readonly eventTime: number;
  /** The first answer that was served, live or canary. */
  readonly answer?: StoredAnswer;
  /** Why there is none. */
  readonly refusal?: { readonly code: string; readonly reason: string };
  /** The first label. */
  readonly label?: StoredLabel;
}

/** An answer that was served. */
export interface StoredAnswer {
  readonly version: number;
  readonly role: 'live' | 'canary';
  /** Class index, or the value of a regression; of several outputs the first. */
  readonly predicted: number;
  readonly outputs: readonly number[];
  /** Wall clock, epoch ms. */
  readonly servedAt: number;
}

/** A label as it was told; `labelOf` of spec says what it means. */
export interface StoredLabel {
  readonly label: number;
  /** The class by its name. */
  readonly labelName: string | null;
  /** Values of several targets. */
  readonly values: readonly number[];
  /** Labels of a multilabel model that apply. */
  readonly labelNames: readonly string[];
  /** Epoch ms. */
  readonly eventTime: number;
}

/**
 * Looks one request up: its first answer, or its dead letter, and its label.
 *
 * @returns undefined where ClickHouse has no request of this id (yet)
 * @throws DriftloopError WAREHOUSE_UNAVAILABLE
 */
export async function requestHistory(
  { query, database }: Pick<Warehouse, 'query' | 'database'>,
  model: string,
  requestId: string,
): Promise<RequestHistory | undefined> {
  const of = { model, requestId };
  const isIt = `model = {model:String} AND request_id = {requestId:String} AND error = ''`;
  const [[asked], [answer], [label]] = await Promise.all([
    query<{ eventTime: number; partition: number; offset: number }>(
      `SELECT toUnixTimestamp64Milli(event_time) AS eventTime, kafka_partition AS partition, kafka_offset AS offset
       FROM ${database}.stored_requests WHERE ${isIt} ORDER BY kafka_offset LIMIT 1`,
      of,
    ),
    query<StoredAnswer>(
      `SELECT version, role, predicted, outputs, toUnixTimestamp64Milli(served_at) AS servedAt
       FROM ${database}.stored_predictions WHERE ${isIt} AND role IN ('live', 'canary')
       ORDER BY arrayMin(kafka_offsets) LIMIT 1`,
      of,
    ),
    query<StoredLabel>(
      `SELECT label, label_name AS labelName, label_values AS values, label_names AS labelNames,
         toUnixTimestamp64Milli(event_time) AS eventTime
       FROM ${database}.stored_labels WHERE ${isIt} ORDER BY kafka_offset LIMIT 1`,
      of,
    ),
  ]);
  if (asked === undefined) return undefined;
  const [refusal] =
    answer === undefined
      ? await query<{ code: string; reason: string }>(
          `SELECT code, reason FROM ${database}.stored_dead_letters
           WHERE topic = 'inference.requests' AND partition = {partition:UInt32} AND offset = {offset:UInt64} LIMIT 1`,
          { partition: asked.partition, offset: asked.offset },
        )
      : [];
  return {
    eventTime: asked.eventTime,
    ...(answer === undefined ? {} : { answer }),
    ...(refusal === undefined ? {} : { refusal }),
    ...(label === undefined ? {} : { label }),
  };
}
