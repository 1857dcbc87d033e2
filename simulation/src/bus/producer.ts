import { type Outgoing, partitionOfKey, type TypedProducer } from '@driftloop/bus';
import { DriftloopError } from '@driftloop/errors';
import type { TopicName } from '@driftloop/schemas';
import type { Instance } from '../instance/instance.ts';
import type { VirtualTime } from '../time/virtual-time.ts';
import type { Arriving, Broker } from './broker.ts';

/** What becomes of a call of `send`, apart from a death. */
export type SendFate =
  /** All is written; the answer says that it is not known. */
  | { readonly kind: 'answer lost' }
  /** A part is written; the answer says that it is not known. */
  | { readonly kind: 'torn' }
  /** All is written twice. */
  | { readonly kind: 'doubled' }
  /** The sender dies with it on its way; it arrives or not. */
  | { readonly kind: 'fatal'; readonly arrives: boolean }
  /** It comes late. */
  | { readonly kind: 'late'; readonly ms: number };

/** What a producer works with. */
export interface ProducerParts {
  readonly time: VirtualTime;
  readonly broker: Broker;
  readonly instance: Instance;
  /** Asked for each call. */
  fateOf(topic: TopicName): SendFate | undefined;
  /** Ends the sender's life; what it has sent just now arrives, or is lost. */
  die(arrives: boolean): void;
  /** Sees values as they are written, and may refuse them. */
  check(topic: TopicName, value: unknown): unknown;
}

/** Some records for one partition that are written together. */
interface Batch {
  readonly partition: number;
  readonly records: Arriving[];
}

const encoder = new TextEncoder();

/**
 * Writes in the order of the calls per partition; partitions do not wait for each other, so that a
 * death between them tears a call apart.
 */
export function createSimulatedProducer(parts: ProducerParts): TypedProducer {
  const { time, broker, instance, fateOf, check, die } = parts;
  /** When the last batch for a partition arrives. */
  const lastArrival = new Map<string, number>();
  const active = new Set<Promise<void>>();

  const arrivalMs = (topic: TopicName, partition: number, extraMs: number): number => {
    const key = `${topic}/${partition}`;
    const at = Math.max(lastArrival.get(key) ?? 0, time.nowMs + instance.latencyMs() + extraMs);
    lastArrival.set(key, at);
    return at - time.nowMs;
  };
  const batchesOf = (topic: TopicName, records: readonly Outgoing<TopicName>[]): Batch[] => {
    const partitions = broker.partitions(topic);
    const now = instance.clock.now();
    const batches = new Map<number, Batch>();
    for (const { key, value, partition, timestamp = now } of records) {
      const on = partition ?? (partitions === 1 ? 0 : partitionOfKey(encoder.encode(key), partitions));
      const batch = batches.get(on) ?? { partition: on, records: [] };
      batches.set(on, batch);
      batch.records.push({ key, value: check(topic, value), timestamp } as Arriving);
    }
    return [...batches.values()].flatMap(splitSometimes);
  };
  /** What is large goes out as several batches. */
  const splitSometimes = ({ partition, records }: Batch): Batch[] => {
    if (records.length < 2 || instance.random.uniform() < 0.8) return [{ partition, records }];
    const at = 1 + instance.random.integer(records.length - 1);
    return [
      { partition, records: records.slice(0, at) },
      { partition, records: records.slice(at) },
    ];
  };

  /** A beginning of each partition's batches: the broker takes none without those before. */
  const torn = (batches: readonly Batch[]): Batch[] => {
    const ended = new Set<number>();
    return batches.filter(({ partition }) => {
      if (!ended.has(partition) && instance.random.uniform() < 0.5) ended.add(partition);
      return !ended.has(partition);
    });
  };

  const send = (topic: TopicName, records: readonly Outgoing<TopicName>[]): Promise<void> => {
    const fate = fateOf(topic);
    const all = batchesOf(topic, records);
    const written = fate?.kind === 'torn' ? torn(all) : all;
    const batches = fate?.kind === 'doubled' ? [...written, ...written] : written;
    const isKnown = fate?.kind !== 'torn' && fate?.kind !== 'answer lost';
    return new Promise((resolve, reject) => {
      let missing = batches.length;
      const answer = () => {
        instance.after(instance.latencyMs(), () =>
          instance.answered(() => (isKnown ? resolve() : reject(deliveryUnknown(topic)))),
        );
      };
      if (missing === 0) answer();
      for (const batch of batches) {
        const arrive = () => {
          broker.append(topic, batch.partition, batch.records);
          if (--missing === 0) answer();
        };
        const at = arrivalMs(topic, batch.partition, fate?.kind === 'late' ? fate.ms : 0);
        instance.send(at, arrive, `${topic}/${batch.partition}`);
      }
      if (fate?.kind === 'fatal') die(fate.arrives);
    });
  };

  return {
    async send(topic, records, { isVoid } = {}) {
      if (records.length === 0) return;
      if (isVoid?.()) throw partitionLost(topic);
      const sending = send(topic, records as readonly Outgoing<TopicName>[]);
      active.add(sending);
      try {
        await sending;
      } finally {
        active.delete(sending);
      }
    },
    sendBytes: () => Promise.reject(new Error('The simulated bus carries values, not bytes.')),
    async close() {
      await Promise.allSettled(active);
    },
  };
}

function partitionLost(topic: TopicName): DriftloopError {
  return new DriftloopError('PARTITION_LOST', `Records for ${topic} follow from a partition that was lost.`);
}

function deliveryUnknown(topic: TopicName): DriftloopError {
  return new DriftloopError(
    'KAFKA_UNAVAILABLE',
    `Records for ${topic} were not acknowledged in time: some may have been written.`,
  );
}
