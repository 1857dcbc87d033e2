import type { TopicName } from '@driftloop/schemas';
import type { Connection } from '../kafka/connection.ts';
import { FetchLoop } from '../kafka/fetch-loop.ts';
import { listOffsets } from '../kafka/offsets.ts';
import { inSeconds, PATIENCE_MS } from '../patience.ts';
import type { BusRecord } from '../records.ts';
import { retry } from '../retry.ts';
import { awaitArrival } from './arrival.ts';
import { FollowedPartition, type FollowedTopic } from './followed-partition.ts';
import type { History } from './history.ts';

/** Reads on until it is closed. */
export interface Follower {
  /** Whether the topic is being read, and if not, why. */
  health(): FollowerHealth;
  /** By partition: everything before this offset has been handed over, or is not kept any more. */
  positions(): ReadonlyMap<number, number>;
  /** Waits for the call of `onRecords` that is under way. */
  close(): Promise<void>;
}

/** How a follower fares. */
export interface FollowerHealth {
  readonly ok: boolean;
  /** Since Kafka last answered. */
  readonly lastAnswerAgeMs: number;
  /** Why it is not ok. */
  readonly reason?: string;
}

/** How a topic is followed. */
export interface FollowOptions {
  /**
   * Where to begin: with the first record that is kept, or with what comes from now on.
   * @default true
   */
  readonly fromBeginning?: boolean;
  /** Least time between two fetches. @default 0 */
  readonly paceMs?: number;
  /** Records whose key it refuses are passed over without being read. @default none */
  readonly keep?: (key: string) => boolean;
  /**
   * It has ended by an error after it had caught up.
   * @default the error is thrown and ends the process
   */
  readonly onCrash?: (error: unknown) => void;
}

/** A record that comes ends the wait; it is only how often idle topics are asked for. */
const WAIT_MS = 5_000;
/** How often it is looked whether the topic has got more partitions. */
const CHECK_PARTITIONS_MS = 5_000;

/**
 * Reads a whole topic from its first record (or its end), in no group, and goes on as records come,
 * also on partitions that are added. `onRecords` is called with records of one partition at a time,
 * one call after the other, and with the same records again after a retriable error. Records that
 * cannot be read are left out with an error in the log. A topic that is deleted and made anew is
 * read from its beginning; what was made of the old one stays with whoever follows.
 *
 * @param connection one of its own: it waits long for new records
 * @returns once everything that was there at the call has been handed over
 */
export async function follow<T extends TopicName>(
  history: History,
  connection: Connection,
  topic: T,
  onRecords: (records: BusRecord<T>[]) => void | Promise<void>,
  options: FollowOptions = {},
): Promise<Follower> {
  const { logger, topicPrefix } = history;
  const name = `${topicPrefix}${topic}`;
  const lookup = { connection, logger };
  const closing = new AbortController();
  const high = await listOffsets(lookup, name, 'latest');
  const low = options.fromBeginning === false ? high : await listOffsets(lookup, name, 'earliest');
  const { topicId } = await retry(`looking up ${name}`, () => connection.describe(name), {
    logger,
    signal: closing.signal,
    onRetry: () => connection.reset(),
  });
  const arrival = awaitArrival(low, high);
  const positions = new Map(low);
  let handing: Promise<void> = Promise.resolve();
  let answeredAt = performance.now();
  const onError = (error: unknown) => {
    if (closing.signal.aborted) return;
    closing.abort();
    loop.stop();
    if (!arrival.isOver()) arrival.fail(error);
    else if (options.onCrash) options.onCrash(error);
    else
      queueMicrotask(() => {
        throw error;
      });
  };
  const followed: FollowedTopic<T> = {
    ...history,
    topic,
    name,
    signal: closing.signal,
    handle: onRecords,
    ...(options.keep ? { keep: options.keep } : {}),
    inTurn(work) {
      handing = handing.then(work).catch(onError);
    },
    earliest: async (partition) =>
      (await listOffsets(lookup, name, 'earliest', partition)).get(partition) ?? 0,
    passed(partition, next) {
      arrival.passed(partition, next);
      // Of a topic that was made anew nothing has been handed over yet.
      positions.set(partition, Number.isFinite(next) ? next : 0);
      loop.wake();
    },
  };
  const targets = [...high.keys()].map(
    (partition) => new FollowedPartition(followed, partition, topicId, low.get(partition) ?? 0),
  );
  const loop = new FetchLoop({
    connection,
    logger,
    targets,
    maxWaitMs: WAIT_MS,
    paceMs: options.paceMs ?? 0,
    onTick: () => undefined,
    onAnswer: () => {
      answeredAt = performance.now();
    },
    onError,
  });
  const growing = setInterval(() => {
    addPartitions(followed, connection, targets)
      .then((added) => (added ? loop.wake() : undefined))
      .catch((error: unknown) => logger.debug({ err: error, topic }, 'counting partitions failed'));
  }, CHECK_PARTITIONS_MS);
  void loop.run();
  try {
    await arrival.done;
  } catch (error) {
    clearInterval(growing);
    connection.close();
    throw error;
  }
  return {
    positions: () => positions,
    health: () => healthOf(topic, { isClosed: closing.signal.aborted, answeredAt, targets, loop }),
    async close() {
      closing.abort();
      clearInterval(growing);
      loop.stop();
      await handing;
      connection.close();
    },
  };
}

/** Follows the partitions that a topic has got since. @returns whether there are any */
async function addPartitions<T extends TopicName>(
  followed: FollowedTopic<T>,
  connection: Connection,
  targets: FollowedPartition<T>[],
): Promise<boolean> {
  const { topic, name, logger, signal } = followed;
  const now = await connection.describe(name);
  const added = now.partitions.filter((number) => targets.every(({ partition }) => partition !== number));
  if (added.length === 0 || signal.aborted) return false;
  logger.info({ topic, added }, 'the topic has got more partitions');
  await connection.refresh();
  for (const partition of added) targets.push(new FollowedPartition(followed, partition, now.topicId, 0));
  return true;
}

function healthOf<T extends TopicName>(
  topic: T,
  {
    isClosed,
    answeredAt,
    targets,
    loop,
  }: {
    readonly isClosed: boolean;
    readonly answeredAt: number;
    readonly targets: readonly FollowedPartition<T>[];
    readonly loop: FetchLoop;
  },
): FollowerHealth {
  const lastAnswerAgeMs = Math.round(performance.now() - answeredAt);
  const waiting = targets.find(({ trouble }) => (trouble?.forMs ?? 0) > PATIENCE_MS);
  const trouble = waiting?.trouble ?? loop.trouble;
  const reason = isClosed
    ? `${topic} is not read any more.`
    : trouble && trouble.forMs > PATIENCE_MS
      ? `${topic} could not be read for ${inSeconds(trouble.forMs)}: ${trouble.reason}`
      : lastAnswerAgeMs > PATIENCE_MS && targets.some((target) => target.wanted() !== undefined)
        ? `Kafka has not answered for ${inSeconds(lastAnswerAgeMs)}.`
        : undefined;
  return { ok: reason === undefined, lastAnswerAgeMs, ...(reason === undefined ? {} : { reason }) };
}
