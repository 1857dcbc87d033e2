import type {
  BatchOutcome,
  Bus,
  BusRecord,
  ConsumeOptions,
  Outgoing,
  RecordBatch,
  TypedProducer,
} from '@driftloop/bus';
import type { TopicName } from '@driftloop/schemas';

/** Records of any topic on their way out. */
export type AnyOutgoing = readonly Outgoing<TopicName>[];
/** Writes records; the producer's own, or a bug around it. */
export type Send = (topic: TopicName, records: AnyOutgoing) => Promise<void>;
/** Options of a consumer of any topic. */
export type AnyConsume = ConsumeOptions<TopicName>;

/** A bus all of whose producers write by another function. */
export function withSend(bus: Bus, change: (send: Send) => Send): Bus {
  return {
    ...bus,
    async producer(settings) {
      const producer = await bus.producer(settings);
      const send = change((topic, records) => producer.send(topic, records));
      return { ...producer, send: send as TypedProducer['send'] };
    },
  };
}

/** A bus whose consumers have other options. */
export function withConsume(bus: Bus, change: (options: AnyConsume) => AnyConsume): Bus {
  return {
    ...bus,
    consume: (options) => bus.consume(change(options as unknown as AnyConsume)),
  } as Bus;
}

/** A bus whose consumers of some topics see other batches, or conclude something else from them. */
export function withBatch(
  bus: Bus,
  topics: readonly TopicName[],
  change: (
    batch: RecordBatch<TopicName>,
    handle: (batch: RecordBatch<TopicName>) => Promise<BatchOutcome>,
  ) => Promise<BatchOutcome>,
): Bus {
  return withConsume(bus, (options) =>
    options.topics.some((topic) => topics.includes(topic))
      ? { ...options, onBatch: (batch) => change(batch, options.onBatch) }
      : options,
  );
}

/** A bus whose consumers of some topics see other records. */
export function withRecords(
  bus: Bus,
  topics: readonly TopicName[],
  change: (records: readonly BusRecord[]) => BusRecord[],
): Bus {
  return withBatch(bus, topics, (batch, handle) => handle({ ...batch, records: change(batch.records) }));
}
