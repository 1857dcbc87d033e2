import type { Bus, BusRecord, ConsumeOptions, RecordBatch, TypedProducer } from '@driftloop/bus';
import type { TopicName } from '@driftloop/schemas';

/** Topics of one partition in memory, for a stage that is killed and started again. */
export interface FakeTopics {
  readonly bus: Bus;
  readonly producer: TypedProducer;
  records<T extends TopicName>(topic: T): BusRecord<T>[];
  append<T extends TopicName>(topic: T, record: Pick<BusRecord<T>, 'key' | 'value' | 'timestamp'>): void;
  /** Hands the stage records up to an offset, as one process would get them. */
  runTo(offset: number, options: { readonly batch: number; readonly commits: boolean }): Promise<void>;
}

/** @param now Kafka's time of what is sent */
export function createFakeTopics(now: () => number): FakeTopics {
  const topics = new Map<TopicName, BusRecord[]>();
  const of = (topic: TopicName): BusRecord[] => {
    const found = topics.get(topic) ?? [];
    topics.set(topic, found);
    return found;
  };
  let committed = -1;
  let stage: ConsumeOptions<'payload.events'> | undefined;
  const append = (topic: TopicName, record: { key: string; value: unknown; timestamp: number }) => {
    of(topic).push({ topic, partition: 0, offset: of(topic).length, ...record } as BusRecord);
  };
  const at = (topic: TopicName, time: number) => {
    const found = of(topic).findIndex(({ timestamp }) => timestamp >= time);
    return found < 0 ? of(topic).length : found;
  };
  const bus = {
    consume: async (options: ConsumeOptions<'payload.events'>) => {
      stage = options;
      return undefined;
    },
    partitions: async () => 1,
    offsets: async (topic: TopicName) => [{ partition: 0, low: 0, high: of(topic).length }],
    offsetsAt: async (topic: TopicName, time: number) => [{ partition: 0, offset: at(topic, time) }],
    async *slice(
      topic: TopicName,
      { by, from = 0, to = Number.POSITIVE_INFINITY }: { by: string; from?: number; to?: number },
    ) {
      const records = of(topic).slice(by === 'time' ? at(topic, from) : from, to);
      if (records.length > 0) yield records;
    },
  } as unknown as Bus;
  const producer = {
    send: async (topic: TopicName, records: readonly { key: string; value: unknown }[]) => {
      for (const { key, value } of records) append(topic, { key, value, timestamp: now() });
    },
  } as unknown as TypedProducer;
  return {
    bus,
    producer,
    records: <T extends TopicName>(topic: T) => of(topic) as BusRecord<T>[],
    append,
    async runTo(end, { batch, commits }) {
      stage?.onRevoked?.();
      const start = await stage?.onAssigned?.('payload.events', 0, committed, undefined);
      let offset = typeof start === 'object' ? start.seek : (start ?? Math.max(0, committed));
      while (offset < end) {
        const records = of('payload.events').slice(offset, Math.min(end, offset + batch));
        if (records.length === 0) return;
        const lastOffset = offset + records.length - 1;
        const outcome = await stage?.onBatch({
          topic: 'payload.events',
          partition: 0,
          records: records as BusRecord<'payload.events'>[],
          firstOffset: offset,
          lastOffset,
          highWatermark: of('payload.events').length,
          isStale: () => false,
        } as RecordBatch<'payload.events'>);
        for (const { offset: refused, code } of outcome?.deadLetters ?? [])
          append('dead.letters', { key: '', value: { code, offset: refused }, timestamp: now() });
        if (commits && outcome?.commit !== undefined) committed = outcome.commit;
        offset = lastOffset + 1;
      }
    },
  };
}
