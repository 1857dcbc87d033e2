import type { Connections } from '@driftloop/connections';
import type { ReplayRecord } from '@driftloop/drift';
import { isEventTimeAhead } from '@driftloop/schemas';

/** Where a slice of history was read from. */
export type Source = 'kafka' | 'clickhouse';

/** Which requests, by event time; `from` inclusive, `to` exclusive. */
export interface EventTimeRange {
  readonly from: number;
  readonly to: number;
}

type Timed = ReplayRecord & { readonly timestamp: number };

const TOPICS = ['inference.requests', 'inference.predictions', 'inference.labels'] as const;

/**
 * Reads the requests of a model in a range of event time, their answers and their labels, in the order in which they arrived. From Kafka while it still
 * has the oldest of them, else from ClickHouse; the records are the same.
 */
export async function readHistory(
  { bus, warehouse }: Pick<Connections, 'bus' | 'warehouse'>,
  model: string,
  range: EventTimeRange,
): Promise<{ records: ReplayRecord[]; source: Source }> {
  const start = await oldestRequest(warehouse, model, range);
  if (!start) return { records: [], source: 'clickhouse' };
  const ends = await bus.offsets('inference.requests');
  const isKept = start.offsets.every(
    ({ partition, offset }) => (ends.find((end) => end.partition === partition)?.low ?? 0) <= offset,
  );
  const source: Source = isKept ? 'kafka' : 'clickhouse';
  const records: Timed[] = [];
  for (const topic of TOPICS) {
    const slices =
      source === 'kafka'
        ? bus.slice(topic, { by: 'time', from: start.timestamp })
        : warehouse.slice(topic, { by: 'time', from: start.timestamp });
    for await (const slice of slices) {
      for (const record of slice) if (record.value.model === model) records.push(record as Timed);
    }
  }
  return { records: inOrderOfArrival(withinRange(records, range)), source };
}

/** Requests and answers by their own event time, labels by their request's; without what services refuse. */
function withinRange(records: readonly Timed[], { from, to }: EventTimeRange): Timed[] {
  const requests = new Set<string>();
  const isRefused = ({ topic, value, timestamp }: Timed) =>
    topic === 'inference.requests' && isEventTimeAhead(value.eventTime, timestamp);
  for (const record of records) {
    const { topic, value } = record;
    if (topic !== 'inference.requests' || isRefused(record)) continue;
    if (value.eventTime >= from && value.eventTime < to) requests.add(value.requestId);
  }
  return records.filter((record) => requests.has(record.value.requestId) && !isRefused(record));
}

/** Kafka's timestamps order topics against each other; within the same millisecond a request precedes its answer, and that its label. */
function inOrderOfArrival(records: Timed[]): ReplayRecord[] {
  return records.sort(
    (a, b) =>
      a.timestamp - b.timestamp ||
      TOPICS.indexOf(a.topic) - TOPICS.indexOf(b.topic) ||
      a.partition - b.partition ||
      a.offset - b.offset,
  );
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
