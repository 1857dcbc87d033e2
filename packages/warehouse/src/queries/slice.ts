import type { SqlClient } from '../sql-client.ts';
import { STORED_TABLES } from '../tables.ts';
import { boundedTime } from '../time.ts';
import {
  readRecords,
  type SliceRecords,
  STORED_LAYOUTS,
  type StoredLayout,
  type StoredRecord,
} from './stored-records.ts';

/** Bounds of a slice, as the bus takes them. */
export interface SliceRange {
  /** Kafka timestamps (epoch milliseconds) or offsets. */
  readonly by: 'time' | 'offset';
  /** Inclusive. @default the first that is kept */
  readonly from?: number;
  /** Exclusive. @default the end */
  readonly to?: number;
  /** Only this partition. @default all */
  readonly partition?: number;
}

/** Offsets per query and records per batch. */
const PAGE = 5_000;
const BATCH = 1_000;

/**
 * Reads a part of a topic back, past Kafka's retention: each partition in the order of offsets,
 * partitions merged by (timestamp, partition, offset). Where a time is given, a partition's part
 * begins and ends at the first record at or after it. An answer that was written twice comes twice;
 * messages that could not be decoded are left out.
 */
export async function* slice<T extends keyof SliceRecords>(
  client: SqlClient,
  database: string,
  topic: T,
  range: SliceRange,
): AsyncGenerator<StoredRecord<T>[]> {
  const cursors: Cursor<T>[] = [];
  for (const part of await partsOf(client, database, topic, range)) {
    const cursor = new Cursor(pages(client, database, topic, part));
    if (await cursor.advance()) cursors.push(cursor);
  }
  let batch: StoredRecord<T>[] = [];
  for (;;) {
    const next = earliest(cursors);
    if (next === undefined) break;
    batch.push(next.head);
    if (!(next.step() || (await next.advance()))) cursors.splice(cursors.indexOf(next), 1);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** The offsets of one partition that belong to a slice: `to` exclusive. */
interface Part {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

async function partsOf(
  client: SqlClient,
  database: string,
  topic: keyof SliceRecords,
  range: SliceRange,
): Promise<Part[]> {
  const { first, last } = STORED_LAYOUTS[topic];
  const table = `${database}.stored_${STORED_TABLES[topic]}`;
  const only = range.partition === undefined ? '' : 'AND kafka_partition = {partition:UInt32}';
  const params = { ...(range.partition !== undefined && { partition: range.partition }) };
  if (range.by === 'offset') {
    const bounds = { from: range.from ?? 0, to: range.to ?? Number.MAX_SAFE_INTEGER };
    return client.rows<Part>(
      `SELECT kafka_partition AS partition, greatest(min(${first}), {from:UInt64}) AS from, least(max(${last}) + 1, {to:UInt64}) AS to
       FROM ${table} WHERE ${last} >= {from:UInt64} AND ${first} < {to:UInt64} ${only} GROUP BY partition ORDER BY partition`,
      { ...params, ...bounds },
    );
  }
  // Timestamps of a partition need not rise, so the end is the first offset at or after `to`, not
  // the last before it.
  return client.rows<Part>(
    `SELECT partition, from, if(later = 0, newest + 1, ending) AS to FROM (
       SELECT kafka_partition AS partition,
         min(${first}) AS from,
         max(${last}) AS newest,
         countIf(kafka_timestamp >= fromUnixTimestamp64Milli({to:Int64}, 'UTC')) AS later,
         minIf(${first}, kafka_timestamp >= fromUnixTimestamp64Milli({to:Int64}, 'UTC')) AS ending
       FROM ${table} WHERE kafka_timestamp >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') ${only} GROUP BY partition
     ) WHERE from < to ORDER BY partition`,
    { ...params, from: boundedTime(range.from ?? 0), to: boundedTime(range.to ?? Infinity) },
  );
}

/** Reads a part in answers of bounded size. */
async function* pages<T extends keyof SliceRecords>(
  client: SqlClient,
  database: string,
  topic: T,
  { partition, from, to }: Part,
): AsyncGenerator<StoredRecord<T>[]> {
  const { first, last, offset, columns }: StoredLayout<T> = STORED_LAYOUTS[topic];
  for (let start = from; start < to; start += PAGE) {
    const answer = await client.rowBinary(
      `SELECT offset, toUnixTimestamp64Milli(kafka_timestamp), ${columns}
       FROM (
         SELECT *, ${offset} AS offset FROM ${database}.stored_${STORED_TABLES[topic]}
         WHERE error = '' AND kafka_partition = {partition:UInt32} AND ${last} >= {from:UInt64} AND ${first} < {to:UInt64}
       )
       WHERE offset >= {from:UInt64} AND offset < {to:UInt64}
       ORDER BY offset LIMIT 1 BY offset`,
      { partition, from: start, to: Math.min(start + PAGE, to) },
    );
    yield readRecords(topic, partition, answer);
  }
}

/** The next record of one partition. */
class Cursor<T extends keyof SliceRecords> {
  readonly #pages: AsyncGenerator<StoredRecord<T>[]>;
  #page: StoredRecord<T>[] = [];
  #at = 0;

  constructor(source: AsyncGenerator<StoredRecord<T>[]>) {
    this.#pages = source;
  }

  get head(): StoredRecord<T> {
    const record = this.#page[this.#at];
    if (record === undefined) throw new Error('A cursor was read past its end.');
    return record;
  }

  /** Goes on within the page; false at its end. */
  step(): boolean {
    this.#at += 1;
    return this.#at < this.#page.length;
  }

  /** Goes on to the first record of the next page that has one; false at the end. */
  async advance(): Promise<boolean> {
    for (;;) {
      const { done, value } = await this.#pages.next();
      if (done) return false;
      if (value.length === 0) continue;
      this.#page = value;
      this.#at = 0;
      return true;
    }
  }
}

function earliest<T extends keyof SliceRecords>(cursors: readonly Cursor<T>[]): Cursor<T> | undefined {
  let least = cursors[0];
  for (const cursor of cursors) {
    if (least === undefined || cursor === least) continue;
    const order =
      cursor.head.timestamp - least.head.timestamp || cursor.head.partition - least.head.partition;
    if (order < 0) least = cursor;
  }
  return least;
}
