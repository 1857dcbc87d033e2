import type { Bus } from '@driftloop/bus';
import type { TopicName } from '@driftloop/schemas';
import type { Instance } from '../instance/instance.ts';
import type { VirtualTime } from '../time/virtual-time.ts';
import type { Broker } from './broker.ts';
import { SimulatedConsumer } from './consumer.ts';
import { followTopic } from './follower.ts';
import type { Group } from './group.ts';
import { offsetAt, sliceOf } from './history.ts';
import { createSimulatedProducer, type ProducerParts } from './producer.ts';

/** What a simulated bus works with. */
export interface BusParts extends Pick<ProducerParts, 'fateOf' | 'check' | 'die'> {
  readonly time: VirtualTime;
  readonly broker: Broker;
  readonly instance: Instance;
  /** Name of the process on Kafka. */
  readonly clientId: string;
  group(name: string): Group;
  /** A name that no other member has. */
  nextMemberId(): string;
  blockedUntilMs(topic: TopicName, partition: number): number;
}

/** The bus of one instance over the topics in memory. */
export function createSimulatedBus(parts: BusParts): Bus {
  const { time, broker, instance, clientId } = parts;
  const producer = () => createSimulatedProducer(parts);
  const deadLetters = producer();
  const perPartition = <T>(topic: TopicName, look: (partition: number) => T): T[] =>
    Array.from({ length: broker.partitions(topic) }, (_, partition) => look(partition));

  return {
    ensureTopics: () => instance.ask(() => undefined),
    partitions: (topic) => instance.ask(() => broker.partitions(topic)),
    topicId: (topic) => instance.ask(() => topic),
    isAppendTime: (topic) => instance.ask(() => broker.isAppendTime(topic)),
    offsets: (topic) =>
      instance.ask(() =>
        perPartition(topic, (partition) => ({ partition, low: 0, high: broker.high(topic, partition) })),
      ),
    offsetsAt: (topic, at) =>
      instance.ask(() =>
        perPartition(topic, (partition) => ({
          partition,
          offset: offsetAt(broker.records(topic, partition), at),
        })),
      ),
    groupOffsets: (group, topic) =>
      instance.ask(() =>
        perPartition(topic, (partition) => ({
          partition,
          offset: parts.group(group).committed({ topic, partition }) ?? -1,
        })),
      ),
    producer: async () => producer(),
    consumeForeign: () => Promise.reject(new Error('nothing in the simulation reads a foreign topic')),
    async consume(options) {
      const consumer = new SimulatedConsumer({
        id: parts.nextMemberId(),
        time,
        broker,
        group: parts.group(options.group),
        instance,
        options,
        blockedUntilMs: parts.blockedUntilMs,
        writeDeadLetters: (records, letters) => {
          const byOffset = new Map(records.map((record) => [record.offset, record]));
          const dead = [...letters].sort((a, b) => a.offset - b.offset);
          return deadLetters.send(
            'dead.letters',
            dead.map(({ offset, code, reason }) => {
              const record = byOffset.get(offset);
              if (!record) throw new RangeError(`a dead letter at ${offset} is not in its batch`);
              const { topic, partition, key } = record;
              const value = {
                topic,
                partition,
                offset,
                key: null,
                value: null,
                code,
                reason,
                service: clientId,
                at: instance.clock.now(),
              };
              return { key, value };
            }),
          );
        },
      });
      await consumer.start();
      return consumer;
    },
    follow: (topic, onRecords, options) => followTopic({ broker, instance }, topic, onRecords, options),
    async *slice(topic, range) {
      const batches = await instance.ask(() => sliceOf(broker, topic, range));
      for (const batch of batches) yield await instance.ask(() => batch);
    },
    decode: () => Promise.reject(new Error('The simulated bus carries values, not bytes.')),
    bytes: () => {
      throw new Error('The simulated bus carries values, not bytes.');
    },
    tail: (topic, partition, count) =>
      instance.ask(() => (count > 0 ? broker.records(topic, partition).slice(-count) : [])),
    close: () => deadLetters.close(),
  };
}
