import { DriftloopError, isRetriable } from '@driftloop/errors';
import type { Logger } from '@driftloop/service';
import type { Connection } from '../kafka/connection.ts';
import { errorType, isRetriableType, kafkaCodeError } from '../kafka/kafka-error.ts';
import { produceCall } from '../protocol/produce.ts';
import type { OutgoingRecord, ProducerIdentity } from '../protocol/record-batch-writer.ts';
import { pause, retry } from '../retry.ts';
import { BatchQueue, Delivery } from './batch-queue.ts';

/** Settings of a BatchSender. */
export interface SenderOptions {
  readonly connection: Connection;
  readonly logger: Logger;
  readonly maxBatchBytes: number;
  readonly deliveryTimeoutMs: number;
}

const LEADERS_MAX_AGE_MS = 60_000;
/** The broker lost track of our sequence numbers: only a new producer id can go on. */
const SEQUENCE_ERRORS = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
  'UNKNOWN_PRODUCER_ID',
]);

/**
 * An idempotent producer of bytes: records of a partition are written in the order of the calls,
 * each once, although requests are repeated when their answer is lost (KIP-98). One request per
 * broker is on its way; what comes in the meantime goes into the next one.
 *
 * kafkajs's own producer takes back the sequence numbers of all partitions when one of them is
 * refused, so that the next batch of another partition counts as a repetition and is dropped
 * silently. Here a partition's number moves only when its batch was acknowledged.
 */
export class BatchSender {
  readonly #options: SenderOptions;
  readonly #queues = new Map<string, BatchQueue>();
  readonly #leaders = new Map<string, { byPartition: ReadonlyMap<number, number>; until: number }>();
  readonly #busy = new Set<number>();
  #identity: Promise<ProducerIdentity> | undefined;
  #scheduled = false;
  #closing = false;
  #idle: (() => void)[] = [];

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /**
   * Resolves when all brokers have all records.
   *
   * @param isVoid asked again right before each attempt; once it says true nothing more is written
   * @throws DriftloopError KAFKA_UNAVAILABLE, RECORD_TOO_LARGE, PARTITION_LOST
   */
  send(
    topic: string,
    records: readonly { record: OutgoingRecord; partition: number }[],
    isVoid?: () => boolean,
  ): Promise<void> {
    if (this.#closing) {
      return Promise.reject(
        new DriftloopError('KAFKA_UNAVAILABLE', 'The producer is closed.', { retriable: false }),
      );
    }
    if (records.length === 0) return Promise.resolve();
    const delivery = new Delivery(records.length, isVoid);
    let queue: BatchQueue | undefined;
    for (const { record, partition } of records) {
      if (queue?.partition !== partition) queue = this.#queue(topic, partition);
      queue.add(record, delivery);
    }
    this.#schedule();
    return delivery.done;
  }

  /** Partition numbers of a topic and their leaders. */
  async leaders(topic: string): Promise<ReadonlyMap<number, number>> {
    const known = this.#leaders.get(topic);
    if (known && known.until > performance.now()) return known.byPartition;
    const byPartition = await this.#options.connection.leaders(topic);
    this.#leaders.set(topic, { byPartition, until: performance.now() + LEADERS_MAX_AGE_MS });
    return byPartition;
  }

  /** Forgets what is known of a topic's partitions and asks again. */
  async refresh(topic: string): Promise<void> {
    this.#leaders.delete(topic);
    await this.#options.connection.refresh();
  }

  /** Waits for what was sent, then takes nothing more. */
  async close(): Promise<void> {
    this.#closing = true;
    if (!this.#quiet()) await new Promise<void>((resolve) => this.#idle.push(resolve));
    this.#options.connection.close();
  }

  #queue(topic: string, partition: number): BatchQueue {
    const key = `${topic}/${partition}`;
    let queue = this.#queues.get(key);
    if (!queue) {
      queue = new BatchQueue(topic, partition);
      this.#queues.set(key, queue);
    }
    return queue;
  }

  /** Sends of the same turn of the event loop go out together. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#dispatch().catch((error) => this.#failAll(error));
    });
  }

  async #dispatch(): Promise<void> {
    const ready = new Map<number, BatchQueue[]>();
    for (const queue of this.#queues.values()) {
      if (queue.inFlight) continue;
      queue.cut(this.#options.maxBatchBytes);
      if (!queue.batch) continue;
      queue.inFlight = true;
      const leader = await this.#leaderOf(queue);
      if (leader === undefined) continue;
      if (this.#busy.has(leader)) queue.inFlight = false;
      else ready.set(leader, [...(ready.get(leader) ?? []), queue]);
    }
    for (const [nodeId, queues] of ready) {
      if (this.#busy.has(nodeId)) {
        for (const queue of queues) queue.inFlight = false;
        continue;
      }
      this.#busy.add(nodeId);
      this.#sendTo(nodeId, queues)
        .catch((error) => {
          for (const queue of queues) queue.fail(error);
        })
        .finally(() => {
          this.#busy.delete(nodeId);
          for (const queue of queues) queue.inFlight = false;
          this.#schedule();
        });
    }
    if (this.#quiet()) for (const resolve of this.#idle.splice(0)) resolve();
  }

  /**
   * The leader's node id, or undefined after it could not be found and the batch is to be tried
   * again or failed.
   */
  async #leaderOf(queue: BatchQueue): Promise<number | undefined> {
    try {
      const leader = (await this.leaders(queue.topic)).get(queue.partition) ?? -1;
      if (leader >= 0) return leader;
      throw kafkaCodeError(`Partition ${queue.topic}/${queue.partition} has no leader`, 5);
    } catch (error) {
      this.#tryAgainLater(queue, error);
      return undefined;
    }
  }

  async #sendTo(nodeId: number, queues: readonly BatchQueue[]): Promise<void> {
    let identity: ProducerIdentity;
    try {
      identity = await this.#identify(nodeId);
    } catch (error) {
      await this.#again(queues, error, false);
      return;
    }
    const current: BatchQueue[] = [];
    for (const queue of queues) {
      const { batch } = queue;
      if (batch && queue.isVoid()) {
        if (batch.uncertain) this.#identity = undefined;
        queue.fail(partitionLost(queue));
      } else if (batch?.uncertain && batch.encoded?.identity !== identity) queue.fail(lostTrack(queue));
      else if (batch) current.push(queue);
    }
    if (current.length === 0) return;
    // Connecting may take seconds, in which a batch may become void: it is looked at once more when
    // the request is written.
    const written = new Set<BatchQueue>();
    const batches = () => {
      written.clear();
      for (const queue of current) if (!queue.isVoid()) written.add(queue);
      return [...written].map((queue) => ({
        topic: queue.topic,
        partition: queue.partition,
        bytes: queue.encode(identity),
      }));
    };
    let results: { topic: string; partition: number; errorCode: number }[];
    try {
      results = await this.#options.connection.call(nodeId, produceCall(batches));
    } catch (error) {
      this.#options.connection.reset();
      await this.#again([...written], error, true);
      await this.#again(
        current.filter((queue) => !written.has(queue)),
        error,
        false,
      );
      return;
    }
    const refused: { queue: BatchQueue; error: DriftloopError; uncertain: boolean }[] = [];
    for (const queue of current) {
      // Void: it fails with the next attempt.
      if (!written.has(queue)) continue;
      const result = results.find(
        ({ topic, partition }) => topic === queue.topic && partition === queue.partition,
      );
      const type = errorType(result?.errorCode ?? 7);
      if (result?.errorCode === 0 || type === 'DUPLICATE_SEQUENCE_NUMBER') queue.acknowledge();
      else if (SEQUENCE_ERRORS.has(type)) this.#renew(queue, identity, type);
      else {
        const error = kafkaCodeError(
          `Cannot write to ${queue.topic}/${queue.partition}`,
          result?.errorCode ?? 7,
        );
        const uncertain = type === 'REQUEST_TIMED_OUT' || type === 'NOT_ENOUGH_REPLICAS_AFTER_APPEND';
        if (isRetriableType(type)) refused.push({ queue, error, uncertain });
        else queue.fail(error);
      }
    }
    const first = refused[0];
    if (!first) return;
    for (const { queue, uncertain } of refused) if (queue.batch) queue.batch.uncertain ||= uncertain;
    const again = refused.map(({ queue }) => queue);
    await this.#again(again, first.error, false);
  }

  /** Keeps batches for another try, unless they are overdue. */
  async #again(queues: readonly BatchQueue[], error: unknown, uncertain: boolean): Promise<void> {
    if (queues.length === 0) return;
    let attempts = 0;
    for (const queue of queues) {
      const { batch } = queue;
      if (!batch) continue;
      batch.uncertain ||= uncertain;
      attempts = Math.max(attempts, batch.attempts++);
      if (isRetriable(error) && performance.now() - batch.since < this.#options.deliveryTimeoutMs) continue;
      // The next batch must not take the sequence number of one that the broker may have.
      if (batch.uncertain) this.#identity = undefined;
      queue.fail(error);
    }
    if (attempts % 10 === 0) this.#options.logger.warn({ err: error, attempts }, 'producing: trying again');
    this.#leaders.clear();
    await pause(attempts);
    await this.#options.connection.refresh().catch(() => undefined);
  }

  #tryAgainLater(queue: BatchQueue, error: unknown): void {
    this.#again([queue], error, false).finally(() => {
      queue.inFlight = false;
      this.#schedule();
    });
  }

  #renew(queue: BatchQueue, identity: ProducerIdentity, type: string): void {
    this.#options.logger.warn(
      { topic: queue.topic, partition: queue.partition, type },
      'taking a new producer id',
    );
    this.#identity = undefined;
    const { batch } = queue;
    if (batch && (batch.uncertain || batch.attempts > 2)) queue.fail(lostTrack(queue));
    else if (batch?.encoded?.identity === identity) {
      batch.encoded = undefined;
      batch.attempts++;
    }
  }

  #identify(nodeId: number): Promise<ProducerIdentity> {
    if (this.#identity) return this.#identity;
    const { connection, logger, deliveryTimeoutMs } = this.#options;
    const request = retry(
      'getting a producer id',
      () =>
        connection.onBroker(nodeId, 'get a producer id', (broker) =>
          broker.initProducerId({ transactionTimeout: 60_000 }),
        ),
      { logger, deadlineMs: deliveryTimeoutMs, onRetry: () => connection.reset() },
    ).then(({ producerId, producerEpoch }) => ({ producerId: Number(producerId), epoch: producerEpoch }));
    this.#identity = request;
    request.catch(() => {
      if (this.#identity === request) this.#identity = undefined;
    });
    return request;
  }

  #failAll(error: unknown): void {
    for (const queue of this.#queues.values()) {
      queue.inFlight = false;
      queue.fail(error);
    }
  }

  #quiet(): boolean {
    if (this.#busy.size > 0) return false;
    for (const queue of this.#queues.values()) if (queue.inFlight || !queue.empty) return false;
    return true;
  }
}

function partitionLost({ topic, partition }: BatchQueue): DriftloopError {
  return new DriftloopError(
    'PARTITION_LOST',
    `Records for ${topic}/${partition} were not written: what they follow from may have gone to another member of the group, which writes them itself.`,
  );
}

function lostTrack({ topic, partition }: BatchQueue): DriftloopError {
  return new DriftloopError(
    'KAFKA_UNAVAILABLE',
    `The broker lost track of this producer on ${topic}/${partition} while an answer was missing; whether the batch was ` +
      'written is not known. Start again from the last commit: readers drop what comes twice.',
    { retriable: false },
  );
}
