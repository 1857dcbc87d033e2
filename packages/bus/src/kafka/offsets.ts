import { DriftloopError } from '@driftloop/errors';
import type { Logger } from '@driftloop/service';
import { retry } from '../retry.ts';
import type { Connection } from './connection.ts';
import { kafkaCodeError, typeOf } from './kafka-error.ts';

const EARLIEST = -2;
const LATEST = -1;
const READ_COMMITTED = 1;
const LEADER_NOT_AVAILABLE = 5;
/** Lookups that take longer than this are reported rather than repeated. */
const LOOKUP_TIMEOUT_MS = 60_000;

/** A topic that was just created may not be known to every broker yet. */
const CREATION_MS = 5_000;

/**
 * What is looked up: the first offset that is kept, one past the last, or the first at or after a
 * time.
 */
export type OffsetQuery = 'earliest' | 'latest' | { readonly time: number };

/** Whoever looks something up: its connection, and where to report failed attempts. */
export interface Lookup {
  readonly connection: Connection;
  readonly logger: Logger;
}

/**
 * Offsets of a topic's partitions, only what may be read by a reader of committed records.
 *
 * @param topic name on Kafka, with prefix
 * @param only one partition @default all
 * @returns offset by partition; -1 where no record is as young as the time
 * @throws DriftloopError KAFKA_UNAVAILABLE after a minute of attempts, or where there is no such
 *   topic
 */
export function listOffsets(
  { connection, logger }: Lookup,
  topic: string,
  query: OffsetQuery,
  only?: number,
): Promise<Map<number, number>> {
  const started = performance.now();
  const lookup = async () => {
    const byLeader = new Map<number, number[]>();
    const find = () =>
      connection.leaders(topic).catch((error: unknown) => {
        const late = performance.now() - started > CREATION_MS;
        throw late && typeOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION' ? noSuchTopic(topic, error) : error;
      });
    let leaders = await find();
    if (query === 'latest') {
      // Partitions may have been added since the topic was last looked up.
      await connection.refresh();
      leaders = await find();
    }
    for (const [partition, leader] of leaders) {
      if (only !== undefined && partition !== only) continue;
      if (leader < 0)
        throw kafkaCodeError(`Partition ${topic}/${partition} has no leader`, LEADER_NOT_AVAILABLE);
      byLeader.set(leader, [...(byLeader.get(leader) ?? []), partition]);
    }
    const offsets = new Map<number, number>();
    for (const [nodeId, partitions] of byLeader) {
      const request = {
        isolationLevel: READ_COMMITTED,
        topics: [
          { topic, partitions: partitions.map((partition) => ({ partition, timestamp: timeOf(query) })) },
        ],
      };
      const { responses } = await connection.onBroker(nodeId, `list offsets of ${topic}`, (broker) =>
        broker.listOffsets(request),
      );
      for (const { partition, offset } of responses.flatMap((response) => response.partitions)) {
        offsets.set(partition, Number(offset));
      }
    }
    return new Map([...offsets].sort(([a], [b]) => a - b));
  };
  return retry(`listing offsets of ${topic}`, lookup, {
    logger,
    deadlineMs: LOOKUP_TIMEOUT_MS,
    onRetry: () => connection.reset(),
  });
}

function noSuchTopic(topic: string, cause: unknown): DriftloopError {
  const message = `Topic ${topic} does not exist. ensureTopics() creates it; check TOPIC_PREFIX.`;
  return new DriftloopError('KAFKA_UNAVAILABLE', message, { retriable: false, cause });
}

function timeOf(query: OffsetQuery): number {
  if (query === 'earliest') return EARLIEST;
  return query === 'latest' ? LATEST : query.time;
}
