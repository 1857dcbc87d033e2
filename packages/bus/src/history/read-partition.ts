import { DriftloopError } from '@driftloop/errors';
import type { TopicName } from '@driftloop/schemas';
import { errorType, kafkaCodeError } from '../kafka/kafka-error.ts';
import { listOffsets } from '../kafka/offsets.ts';
import { fetchCall } from '../protocol/fetch.ts';
import type { RawRecord } from '../protocol/raw-record.ts';
import { readRecordSet } from '../protocol/record-batch-reader.ts';
import { type BusRecord, isMeant, readRecords } from '../records.ts';
import { retry } from '../retry.ts';
import type { History } from './history.ts';

const FETCH_BYTES = 4 * 1024 * 1024;
const WAIT_MS = 250;
const READ_TIMEOUT_MS = 60_000;
const LEADER_NOT_AVAILABLE = 5;

/** Records of one partition, in order. */
export interface Stretch<T extends TopicName> {
  readonly records: BusRecord<T>[];
  /**
   * For each record the largest timestamp that the partition had from the beginning of the range up
   * to it, epoch milliseconds: producers may say any time, or -1 for none, and a partition's time
   * never falls.
   */
  readonly logTimes: readonly number[];
}

/**
 * Reads the records of one partition from offset `from` up to, not including, `to`, in batches as
 * they are fetched. Records that cannot be read or are not wanted are left out, and count towards
 * the log's time; the former are counted in a warning. Where the beginning has expired meanwhile,
 * it goes on with the first record that is kept.
 *
 * @throws DriftloopError KAFKA_UNAVAILABLE, REGISTRY_UNAVAILABLE after a minute without progress
 */
export async function* readPartition<T extends TopicName>(
  history: History,
  topic: T,
  partition: number,
  range: { readonly from: number; readonly to: number; readonly keep?: (key: string) => boolean },
): AsyncGenerator<Stretch<T>> {
  const { from, to, keep } = range;
  const { codec, connection, logger } = history;
  const fetch = (at: number) =>
    retry(`reading ${topic}/${partition}`, () => fetchOnce(history, topic, partition, at), {
      logger,
      deadlineMs: READ_TIMEOUT_MS,
      onRetry: () => connection.reset(),
    });
  let unreadable = 0;
  let logTime = Number.NEGATIVE_INFINITY;
  let coming = from < to ? fetch(from) : undefined;
  while (coming) {
    const { raw, next } = await coming;
    // The next batch is fetched while this one is read and used.
    coming = next < to ? fetch(next) : undefined;
    coming?.catch(() => undefined);
    const wanted: RawRecord[] = [];
    const logTimeAt = new Map<number, number>();
    for (const record of raw) {
      if (record.offset >= to) break;
      logTime = Math.max(logTime, record.timestamp);
      if (keep && !isMeant(record, keep)) continue;
      wanted.push(record);
      logTimeAt.set(record.offset, logTime);
    }
    const { records, bad } = await retry(
      `reading ${topic}/${partition}`,
      () => readRecords(codec, topic, partition, wanted),
      { logger, deadlineMs: READ_TIMEOUT_MS },
    );
    unreadable += bad.length;
    const logTimes = records.map(({ offset }) => logTimeAt.get(offset) ?? logTime);
    if (records.length > 0) yield { records, logTimes };
  }
  if (unreadable > 0) {
    logger.warn({ topic, partition, from, to, unreadable }, 'records could not be read: left out');
  }
}

/** One fetch, or a piece of it: records from `offset` on, and where the next one begins. */
export async function fetchOnce(
  history: History,
  topic: TopicName,
  partition: number,
  offset: number,
): Promise<{ raw: RawRecord[]; next: number }> {
  const { connection, topicPrefix } = history;
  const name = `${topicPrefix}${topic}`;
  const where = `Cannot read ${name}/${partition} at ${offset}`;
  const leader = (await connection.leaders(name)).get(partition) ?? -1;
  if (leader < 0) throw kafkaCodeError(where, LEADER_NOT_AVAILABLE);
  const call = fetchCall([{ topic: name, topicId: undefined, partition, offset }], WAIT_MS, FETCH_BYTES);
  const [fetched] = await connection.call(leader, call);
  if (!fetched) throw new DriftloopError('KAFKA_UNAVAILABLE', `${where}: empty response`);
  if (errorType(fetched.errorCode) === 'OFFSET_OUT_OF_RANGE') {
    const low = (await listOffsets(history, name, 'earliest', partition)).get(partition) ?? 0;
    if (low > offset) return { raw: [], next: low };
    throw new DriftloopError(
      'KAFKA_UNAVAILABLE',
      `${where}: the partition ends before it. Was the topic created anew?`,
      { retriable: false },
    );
  }
  if (fetched.errorCode !== 0) throw kafkaCodeError(where, fetched.errorCode);
  const { records, nextOffset } = readRecordSet(fetched.recordSet, offset, fetched.aborted);
  return { raw: records, next: nextOffset };
}
