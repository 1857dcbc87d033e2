import type { Bus, BusRecord, TypedProducer } from '@driftloop/bus';
import type { TopicName, TopicRecords } from '@driftloop/schemas';

/** What a registry reads from and writes to. */
export interface TopicsInMemory {
  readonly bus: Pick<Bus, 'follow' | 'tail' | 'offsets'>;
  readonly producer: Pick<TypedProducer, 'send'>;
}

/**
 * Topics of one partition in memory, which followers see as they are written: a registry that goes
 * on from a moment of history without anybody else's seeing it.
 *
 * @param now what a record's timestamp is
 */
export function createTopicsInMemory(now: () => number): TopicsInMemory {
  const topics = new Map<TopicName, BusRecord[]>();
  const followers = new Map<TopicName, ((records: BusRecord[]) => void | Promise<void>)[]>();
  const recordsOf = (topic: TopicName) => {
    const known = topics.get(topic) ?? [];
    topics.set(topic, known);
    return known;
  };
  return {
    bus: {
      async follow(topic, onRecords) {
        const listen = onRecords as (records: BusRecord[]) => void | Promise<void>;
        await listen([...recordsOf(topic)]);
        followers.set(topic, [...(followers.get(topic) ?? []), listen]);
        return {
          health: () => ({ ok: true, lastAnswerAgeMs: 0 }),
          positions: () => new Map([[0, recordsOf(topic).length]]),
          close: async () => {},
        };
      },
      tail: async <T extends TopicName>(topic: T, _partition: number, count: number) =>
        recordsOf(topic).slice(-count) as BusRecord<T>[],
      offsets: async (topic) => [{ partition: 0, low: 0, high: recordsOf(topic).length }],
    },
    producer: {
      async send(topic, messages) {
        for (const { key, value } of messages) {
          const records = recordsOf(topic);
          const record = {
            topic,
            partition: 0,
            offset: records.length,
            timestamp: now(),
            key,
            value: value as TopicRecords[typeof topic],
          } as BusRecord;
          records.push(record);
          for (const listen of followers.get(topic) ?? []) await listen([record]);
        }
      },
    },
  };
}
