import type { Connections } from '@driftloop/connections';
import { EARLY_LABEL_MS, type InputTopic, type ReplayRecord } from '@driftloop/drift';
import { cameBefore } from '@driftloop/spec';

/** Where a slice of history was read from. */
export type Source = 'kafka' | 'clickhouse';

/** Which requests, by event time; `from` inclusive, `to` exclusive. */
export interface EventTimeRange {
  readonly from: number;
  readonly to: number;
}

/** A slice of history. */
export interface HistorySlice {
  readonly records: readonly ReplayRecord[];
  /** Records of the model that lie in the range. */
  readonly count: number;
  readonly source: Source;
}

const TOPICS: readonly InputTopic[] = ['inference.requests', 'inference.predictions', 'inference.labels'];

/**
 * Reads the requests of a model in a range of event time, their answers and their labels. From
 * Kafka while it still has the oldest of them, else from ClickHouse; the records are the same. What
 * lies between them belongs to no model: it only says where chunks end.
 */
export async function readHistory(
  { bus, warehouse }: Pick<Connections, 'bus' | 'warehouse'>,
  model: string,
  range: EventTimeRange,
): Promise<HistorySlice> {
  const start = await oldestRequest(warehouse, model, range);
  if (!start) return { records: [], count: 0, source: 'clickhouse' };
  const ends = await bus.offsets('inference.requests');
  const isKept = start.offsets.every(
    ({ partition, offset }) => (ends.find((end) => end.partition === partition)?.low ?? 0) <= offset,
  );
  const source: Source = isKept ? 'kafka' : 'clickhouse';
  const records: ReplayRecord[] = [];
  for (const topic of TOPICS) {
    // Labels may be ahead of their requests.
    const from = { by: 'time' as const, from: start.timestamp - EARLY_LABEL_MS };
    const slices = source === 'kafka' ? bus.slice(topic, from) : warehouse.slice(topic, from);
    for await (const slice of slices) for (const record of slice) records.push(record as ReplayRecord);
  }
  const foreign = await labelsOfEarlierRequests(records, model, warehouse);
  const own =
    foreign.size === 0 ? records : records.map((record) => (foreign.has(record) ? unmeant(record) : record));
  return { ...withinRange(own, model, range), source };
}

/**
 * Labels about a request from before the slice whose id was used again in it: there the first
 * request that is known would be taken for theirs.
 */
async function labelsOfEarlierRequests(
  records: readonly ReplayRecord[],
  model: string,
  warehouse: Connections['warehouse'],
): Promise<ReadonlySet<ReplayRecord>> {
  const first = new Map<string, number>();
  for (const { topic, value, timestamp } of records) {
    if (topic !== 'inference.requests' || value.model !== model) continue;
    first.set(value.requestId, Math.min(timestamp, first.get(value.requestId) ?? timestamp));
  }
  const early = records.filter(
    ({ topic, value, timestamp }) =>
      topic === 'inference.labels' &&
      value.model === model &&
      timestamp < (first.get(value.requestId) ?? Number.NEGATIVE_INFINITY),
  );
  const labels = early.map(({ value, timestamp }) => ({ requestId: value.requestId, timestamp }));
  const answers = await warehouse.predictionsFor(model, labels);
  return new Set(
    early.filter(({ timestamp }, i) => {
      const answer = answers[i];
      return answer !== undefined && cameBefore(answer, timestamp);
    }),
  );
}

/** It only says where chunks end. */
function unmeant(record: ReplayRecord): ReplayRecord {
  return { ...record, value: { ...record.value, model: '' } } as ReplayRecord;
}

/** Requests and answers by their own event time, labels by their request's. */
function withinRange(
  records: readonly ReplayRecord[],
  model: string,
  { from, to }: EventTimeRange,
): Pick<HistorySlice, 'records' | 'count'> {
  const requests = new Set<string>();
  for (const { topic, value } of records) {
    const isMeant = topic === 'inference.requests' && value.model === model;
    if (isMeant && value.eventTime >= from && value.eventTime < to) requests.add(value.requestId);
  }
  let count = 0;
  const marked = records.map((record) => {
    if (record.value.model === model && requests.has(record.value.requestId)) {
      count++;
      return record;
    }
    return unmeant(record);
  });
  return { records: marked, count };
}

async function oldestRequest(
  warehouse: Connections['warehouse'],
  model: string,
  { from, to }: EventTimeRange,
): Promise<{ timestamp: number; offsets: { partition: number; offset: number }[] } | undefined> {
  const rows = await warehouse.query<{ partition: number; offset: number; timestamp: number }>(
    `SELECT kafka_partition AS partition, min(kafka_offset) AS offset, toUnixTimestamp64Milli(min(kafka_timestamp)) AS timestamp
     FROM ${warehouse.database}.requests
     WHERE model = {model:String}
       AND event_time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND event_time < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
     GROUP BY partition`,
    { model, from, to },
  );
  if (rows.length === 0) return undefined;
  return { timestamp: Math.min(...rows.map(({ timestamp }) => timestamp)), offsets: rows };
}
