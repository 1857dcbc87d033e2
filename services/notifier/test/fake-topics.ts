import type { BusRecord, ConsumeOptions, RecordBatch } from '@driftloop/bus';
import type { TopicName } from '@driftloop/schemas';

/** Topics of one partition in memory, for consumers that are killed and started again. */
export function createFakeTopics(now: () => number) {
  const topics = new Map<TopicName, BusRecord[]>();
  const commits = new Map<string, number>();
  let consumers: ConsumeOptions<TopicName>[] = [];
  /** How many sends are let through before the process is killed. */
  let sends = Number.POSITIVE_INFINITY;
  const of = <T extends TopicName>(topic: T) => {
    const found = topics.get(topic) ?? [];
    topics.set(topic, found);
    return found as BusRecord<T>[];
  };
  const append = (topic: TopicName, key: string, value: unknown, timestamp = now()) => {
    const record = { topic, partition: 0, offset: of(topic).length, timestamp, key, value };
    of(topic).push(record as never);
  };
  const at = (group: string, topic: TopicName) => commits.get(`${group}/${topic}`);
  const bus = {
    consume: async (options: ConsumeOptions<TopicName>) => {
      consumers.push(options);
      for (const topic of options.topics)
        if (at(options.group, topic) === undefined)
          commits.set(`${options.group}/${topic}`, options.fromBeginning === false ? of(topic).length : 0);
      return { health: () => ({ ok: true }), close: async () => undefined };
    },
    offsets: async (topic: TopicName) => [{ partition: 0, low: 0, high: of(topic).length }],
    async *slice(topic: TopicName, { from = 0, to = Number.POSITIVE_INFINITY }) {
      const records = of(topic).slice(from, to);
      if (records.length > 0) yield records;
    },
  };
  const producer = {
    send: async (topic: TopicName, records: readonly { key: string; value: unknown }[]) => {
      if (sends <= 0) throw new Error('killed');
      sends -= 1;
      for (const { key, value } of records) append(topic, key, value);
    },
  };
  return {
    bus: bus as never,
    producer: producer as never,
    append,
    of,
    /** The process is gone; what it has committed stays. */
    kill() {
      consumers = [];
      sends = Number.POSITIVE_INFINITY;
    },
    killAfter(count: number) {
      sends = count;
    },
    /** Hands over all there is, and then an idle moment; again until nothing more comes. */
    async run(isCommitted = true) {
      const positions = new Map<string, number>();
      for (const { group, topics: names, onAssigned } of consumers)
        for (const topic of names) {
          const committed = at(group, topic) ?? 0;
          const start = await onAssigned?.(topic, 0, committed, undefined);
          positions.set(`${group}/${topic}`, typeof start === 'object' ? start.seek : committed);
        }
      const count = () => [...topics.values()].reduce((sum, records) => sum + records.length, 0);
      for (let isBusy = true; isBusy; ) {
        isBusy = false;
        const before = count();
        for (const { group, topics: names, onBatch, onIdle } of consumers)
          for (const topic of names) {
            const from = positions.get(`${group}/${topic}`) ?? 0;
            const records = of(topic).slice(from);
            if (records.length > 0) {
              isBusy = true;
              const lastOffset = from + records.length - 1;
              const batch = { topic, partition: 0, records, lastOffset, isStale: () => false };
              const outcome = await onBatch(batch as unknown as RecordBatch<TopicName>);
              positions.set(`${group}/${topic}`, lastOffset + 1);
              if (isCommitted && outcome.commit !== undefined)
                commits.set(`${group}/${topic}`, outcome.commit);
            } else await onIdle?.(topic, 0, { isStale: () => false, ageMs: 0 });
          }
        isBusy ||= count() > before;
      }
    },
  };
}
