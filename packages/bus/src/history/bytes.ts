import type { TopicName, TopicRecords } from '@driftloop/schemas';
import type { Codec } from '../codec/codec.ts';
import { listOffsets } from '../kafka/offsets.ts';
import { RawRecord } from '../protocol/raw-record.ts';
import { UnreadableRecords } from '../protocol/unreadable-records.ts';
import { retry } from '../retry.ts';
import type { History } from './history.ts';
import { fetchOnce } from './read-partition.ts';

/** A record as bytes; null for none. */
export interface RecordBytes {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
}

/** Where such a record lies in its partition. */
export interface KeptBytes extends RecordBytes {
  readonly offset: number;
}

const READ_TIMEOUT_MS = 60_000;
const NONE = Buffer.alloc(0);

/**
 * Reads what lies on one partition from offset `from` up to its end as of the call, also what is no
 * record of the topic. Offsets that are not kept any more, and batches that cannot be unpacked, are
 * passed over.
 *
 * @throws DriftloopError KAFKA_UNAVAILABLE after a minute without progress
 */
export async function* bytesOf(
  history: History,
  topic: TopicName,
  partition: number,
  from: number,
): AsyncGenerator<KeptBytes[]> {
  const { connection, logger, topicPrefix } = history;
  const name = `${topicPrefix}${topic}`;
  const to = (await listOffsets(history, name, 'latest', partition)).get(partition) ?? 0;
  const low = (await listOffsets(history, name, 'earliest', partition)).get(partition) ?? 0;
  for (let at = Math.max(from, low); at < to; ) {
    const { raw, next } = await retry(
      `reading ${topic}/${partition}`,
      () => fetchOnce(history, topic, partition, at),
      { logger, deadlineMs: READ_TIMEOUT_MS, onRetry: () => connection.reset() },
    );
    at = next;
    const records = raw.filter((record) => record.offset < to && !(record instanceof UnreadableRecords));
    if (records.length > 0) yield records.map(({ offset, key, value }) => ({ offset, key, value }));
  }
}

/** Reads bytes as a record of a topic; see `Bus.decode`. */
export async function decodeBytes<T extends TopicName>(
  codec: Codec,
  topic: T,
  { key, value }: RecordBytes,
): Promise<{ key: string; value: TopicRecords[T] }> {
  const [keyLength, valueLength] = [key?.length ?? 0, value?.length ?? 0];
  const bytes = Buffer.concat([key ?? NONE, value ?? NONE]);
  const none = -1;
  const raw = new RawRecord(0, 0, bytes, 0, key ? keyLength : none, keyLength, value ? valueLength : none);
  await codec.prepare(topic, [raw]);
  return { key: codec.key(raw), value: codec.decode(topic, raw) };
}
