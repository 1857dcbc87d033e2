import { type Bus, partitionOfKey, type SendOptions, type TypedProducer } from '@driftloop/bus';
import { noteOf } from '@driftloop/drift';
import type { PartitionClock, Signal } from '@driftloop/schemas';
import type { Clock } from '@driftloop/service';

/** Tells readers of drift.sketches how far the input has been read. */
export interface Notes {
  /** The topic has this id: partitions of another one under its name are forgotten. */
  of(topicId: string): void;
  /**
   * Everything of the partition before this has been written. Sent with the next `send`, unless it
   * is of another topic than is read now.
   */
  reached(clock: PartitionClock, topicId: string): void;
  /**
   * Sends what is new, unless that was done a moment ago. What could not be sent is new again.
   *
   * @param leastMs between two notes. @default 100
   */
  send(options: SendOptions, leastMs?: number): Promise<void>;
  /** Forgets all partitions: others may have them now. */
  forget(): void;
}

/** Least time between two notes, ms. */
const LEAST_MS = 100;

/**
 * Opens the notes of one signal.
 * @param models that have a spec: each partition of drift.sketches that holds one of them gets the
 *   notes
 */
export function createNotes(options: {
  readonly bus: Pick<Bus, 'partitions'>;
  readonly producer: TypedProducer;
  readonly signal: Signal;
  readonly clock: Clock;
  partitions(): number;
  models(): readonly string[];
}): Notes {
  const { bus, producer, signal, clock } = options;
  const clocks = new Map<number, PartitionClock>();
  let topicId = '';
  let isNew = false;
  let sentAt = Number.NEGATIVE_INFINITY;
  /** Partitions of drift.sketches. */
  let count: Promise<number> | undefined;

  const forget = () => {
    clocks.clear();
    isNew = false;
    count = undefined;
  };
  const targetsOf = async (models: readonly string[]): Promise<number[]> => {
    count ??= bus.partitions('drift.sketches').catch((error: unknown) => {
      count = undefined;
      throw error;
    });
    const sketches = await count;
    return [...new Set(models.map((model) => partitionOfKey(Buffer.from(model), sketches)))];
  };

  return {
    of(id) {
      if (id !== topicId) forget();
      topicId = id;
    },
    reached(next, id) {
      if (id !== topicId) return;
      const known = clocks.get(next.partition);
      if (known && known.end >= next.end && known.time >= next.time) return;
      clocks.set(next.partition, next);
      isNew = true;
    },
    async send(how, leastMs = LEAST_MS) {
      const now = clock.monotonicMs();
      if (!isNew || now - sentAt < leastMs) return;
      isNew = false;
      sentAt = now;
      try {
        const value = { ...noteOf(signal, [...clocks.values()], options.partitions()), topicId };
        const targets = await targetsOf(options.models());
        await producer.send(
          'drift.sketches',
          targets.map((partition) => ({ key: '', value, partition })),
          how,
        );
      } catch (error) {
        isNew = true;
        throw error;
      }
    },
    forget,
  };
}
