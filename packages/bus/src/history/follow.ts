import type { TopicName } from '@driftloop/schemas';
import type { Connection } from '../kafka/connection.ts';
import { FetchLoop, type FetchTarget } from '../kafka/fetch-loop.ts';
import { listOffsets } from '../kafka/offsets.ts';
import type { FetchedPartition } from '../protocol/fetch.ts';
import { readRecordSet } from '../protocol/record-batch-reader.ts';
import { type BusRecord, readRecords } from '../records.ts';
import { retry } from '../retry.ts';
import type { History } from './history.ts';

/** Reads on until it is closed. */
export interface Follower {
  /** Waits for the call of `onRecords` that is under way. */
  close(): Promise<void>;
}

/** How a topic is followed. */
export interface FollowOptions {
  /** Where to begin: with the first record that is kept, or with what comes from now on. @default true */
  readonly fromBeginning?: boolean;
  /** Least time between two fetches. @default 0 */
  readonly paceMs?: number;
  /** It has ended by an error after it had caught up. @default the error is thrown and ends the process */
  readonly onCrash?: (error: unknown) => void;
}

const WAIT_MS = 1_000;

/**
 * Reads a whole topic from its first record (or its end), in no group, and goes on as records come. `onRecords` is called with
 * records of one partition at a time, one call after the other. Records that cannot be read are left out with an
 * error in the log.
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
  const high = await listOffsets({ connection, logger }, name, 'latest');
  const low =
    options.fromBeginning === false ? high : await listOffsets({ connection, logger }, name, 'earliest');
  const behind = new Set(
    [...high].filter(([partition, end]) => end > (low.get(partition) ?? 0)).map(([p]) => p),
  );
  const closing = new AbortController();
  let handing: Promise<void> = Promise.resolve();
  let caughtUp = false;
  let report: (error?: unknown) => void = () => undefined;
  const ready = new Promise<void>((resolve, reject) => {
    report = (error) => (error === undefined ? resolve() : reject(error));
  });
  const onError = (error: unknown) => {
    if (closing.signal.aborted) return;
    closing.abort();
    loop.stop();
    if (!caughtUp) report(error);
    else if (options.onCrash) options.onCrash(error);
    else
      queueMicrotask(() => {
        throw error;
      });
  };
  /** What was there at the call and is not kept any more need not be handed over. */
  const passed = (partition: number, next: number) => {
    if (next >= (high.get(partition) ?? 0)) behind.delete(partition);
    if (behind.size > 0) return;
    caughtUp = true;
    report();
  };
  const targets = [...high.keys()].map((partition): FetchTarget => {
    let at: number | undefined = low.get(partition) ?? 0;
    const hand = async ({ recordSet, aborted }: FetchedPartition, from: number) => {
      const { records: raw, nextOffset } = readRecordSet(recordSet, from, aborted);
      const { records, bad } = await retry(
        `reading ${topic}/${partition}`,
        () => readRecords(history.codec, topic, partition, raw),
        { logger, signal: closing.signal },
      );
      for (const { raw: record, code, reason } of bad) {
        logger.error({ topic, partition, offset: record.offset, code }, `left out: ${reason}`);
      }
      if (closing.signal.aborted) return;
      if (records.length > 0) await onRecords(records);
      at = nextOffset;
      passed(partition, nextOffset);
      loop.wake();
    };
    return {
      topic: name,
      partition,
      wanted: () => at,
      accept: (fetched, offset) => {
        if (fetched.recordSet.length === 0 || offset !== at) return;
        at = undefined; // nothing more until these are handed over
        handing = handing.then(() => hand(fetched, offset)).catch(onError);
      },
      outOfRange: async (offset) => {
        const first =
          (await listOffsets({ connection, logger }, name, 'earliest', partition)).get(partition) ?? 0;
        logger.error({ topic, partition, offset, first }, 'the records to be read are not kept any more');
        if (at !== offset) return;
        at = first;
        passed(partition, first);
      },
    };
  });
  const loop = new FetchLoop({
    connection,
    logger,
    targets,
    maxWaitMs: WAIT_MS,
    paceMs: options.paceMs ?? 0,
    onTick: () => undefined,
    onError,
  });
  void loop.run();
  if (behind.size === 0) report();
  try {
    await ready;
  } catch (error) {
    connection.close();
    throw error;
  }
  caughtUp = true;
  return {
    async close() {
      closing.abort();
      loop.stop();
      await handing;
      connection.close();
    },
  };
}
