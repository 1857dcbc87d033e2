import type { TopicName } from '@driftloop/schemas';
import type { BusRecord, RefusedAt } from '../records.ts';

/** Records of one partition, in order, as Kafka delivered them. */
export interface RecordBatch<T extends TopicName> {
  readonly topic: T;
  readonly partition: number;
  /** Those that could be read; `firstOffset` to `lastOffset` may also hold some that could not. */
  readonly records: BusRecord<T>[];
  readonly firstOffset: number;
  readonly lastOffset: number;
  /** One past the newest record of the partition when this was fetched. */
  readonly highWatermark: number;
  /** True once the partition may belong to another consumer: stop writing, the result is void. */
  isStale(): boolean;
  /**
   * True once the partition is to be given up, or the consumer is to be closed: whoever waits for
   * something in its handler throws a retriable error then. Nothing is committed for the batch.
   */
  isEnding(): boolean;
}

/** A partition in hand without records. */
export interface HeldPartition {
  /** As a batch's. */
  isStale(): boolean;
}

/** What came of a batch. */
export interface BatchOutcome {
  /** Next offset to be read by the group; nothing is committed without it. */
  readonly commit?: number;
  /**
   * Records of this batch that could not be handled; they are written to dead.letters before the
   * commit.
   */
  readonly deadLetters?: readonly RefusedAt[];
  /**
   * Writes what must not be there before the dead letters are: those of this batch that could not
   * be read, too. Called before the commit. @default nothing
   */
  write?(): Promise<void>;
}

/**
 * Where to begin with a partition: a number skips what lies below it, never going back before the
 * group's commit; `{ seek }` begins exactly there, also below the commit; undefined begins at the
 * commit.
 */
export type StartPosition = number | { readonly seek: number } | undefined;

/** How a consumer reads. */
export interface ConsumeOptions<T extends TopicName> {
  /** Consumer group, without prefix. */
  readonly group: string;
  readonly topics: readonly T[];
  /**
   * Where to begin without a commit: at the first record that is kept, or with what comes from now
   * on.
   * @default true
   */
  readonly fromBeginning?: boolean;
  /**
   * Called for each partition of each generation before anything else, with the offset the group
   * would begin at. Also called again, with the newest commit, after an `onBatch`, `onIdle` or
   * `onAssigned` of the partition that failed with a retriable error: what was kept for the
   * partition is void then.
   *
   * @param topicId of the topic that the offsets are of; undefined where brokers know no ids
   */
  onAssigned?(
    topic: T,
    partition: number,
    committed: number,
    topicId: string | undefined,
  ): Promise<StartPosition>;
  /**
   * The generation is over: state that was kept per partition is void. Nothing is in hand when it
   * is called.
   */
  onRevoked?(): void;
  /**
   * Handles a batch. One at a time per partition. Nothing is committed for a batch whose handling
   * fails. After a retriable error the partition waits, longer each time up to half a minute, and
   * begins again with `onAssigned` at its newest commit, while the others go on; any other error
   * ends the consumer.
   */
  onBatch(batch: RecordBatch<T>): Promise<BatchOutcome>;
  /**
   * Called about every `idleMs` while a partition is read to its end. Never at the same time as its
   * `onBatch`.
   *
   * @param end.ageMs how long ago the broker last said that nothing more was there
   */
  onIdle?(
    topic: T,
    partition: number,
    end: HeldPartition & { readonly ageMs: number },
  ): Promise<BatchOutcome>;
  /**
   * Called last for each partition when it is given up in good order, by a rebalance or `close`:
   * what is known may be written and committed. Not called when the partition was lost or is held
   * up, or the consumer has failed.
   */
  onRelease?(topic: T, partition: number, held: HeldPartition): Promise<BatchOutcome>;
  /** @default 1000 */
  readonly idleMs?: number;
  /**
   * Least time between two fetches: fewer and larger batches, each up to this much later.
   * @default 0
   */
  readonly paceMs?: number;
  /**
   * Records that cannot be read: written to dead.letters, or skipped because another service does
   * that.
   */
  readonly badRecords: 'deadLetter' | 'skip';
  /** Most partitions in `onBatch` at the same time. @default all */
  readonly concurrency?: number;
  /** The consumer has ended by an error. @default the error is thrown and ends the process */
  onCrash?(error: unknown): void;
}

/** How a consumer fares. */
export interface ConsumerHealth {
  readonly ok: boolean;
  readonly detail: {
    readonly state: 'joining' | 'running' | 'closed' | 'failed';
    readonly group: string;
    readonly generation: number;
    readonly partitions: readonly string[];
    /** Since the loop last showed a sign of life. */
    readonly lastTickAgeMs: number;
    /** Longest time that a batch has been in hand. */
    readonly busyMs: number;
    /** Since Kafka last answered a heartbeat or a fetch. */
    readonly lastAnswerAgeMs: number;
    /** What keeps partitions waiting, by topic/partition. */
    readonly waiting: Readonly<Record<string, { readonly reason: string; readonly forMs: number }>>;
    /** Why it is not ok. */
    readonly reason?: string;
    /** Records that are on Kafka and not yet handled, over the assigned partitions. */
    readonly lag: number;
    /**
     * How long ago the oldest of them was written at most, by Kafka's timestamps; null where no
     * batch has come yet.
     */
    readonly lagMs: number | null;
    /** What it reads, without prefix. */
    readonly topics: readonly string[];
    readonly records: number;
    readonly badRecords: number;
    readonly deadLetters: number;
    /** The same by error code. */
    readonly deadLettersBy: Readonly<Record<string, number>>;
  };
}

/** A running consumer. */
export interface Consumer {
  /** Records that are on Kafka and not yet handled, over the assigned partitions. */
  lag(): number;
  health(): ConsumerHealth;
  /** Fetches nothing more; what was fetched is still handled. */
  pause(): void;
  resume(): void;
  /** Finishes what is in hand, commits, and leaves the group. */
  close(): Promise<void>;
}
