import type { Bus, BusRecord, TypedProducer } from '@driftloop/bus';
import type { StudyEvent } from '@driftloop/schemas';

type Listener = (records: BusRecord<'study.events'>[]) => void | Promise<void>;

/** study.events in memory, with a clock that tests move. */
export function createTopic() {
  const records: BusRecord<'study.events'>[] = [];
  const listeners = new Set<Listener>();
  let time = 1_000_000;
  const append = async (value: StudyEvent) => {
    const place = { partition: 0, offset: records.length, timestamp: time };
    const record: BusRecord<'study.events'> = { topic: 'study.events', ...place, key: value.study, value };
    records.push(record);
    for (const listen of [...listeners]) await listen([record]);
  };
  const bus: Pick<Bus, 'follow'> = {
    async follow(_topic, onRecords) {
      const listen = onRecords as unknown as Listener;
      await listen([...records]);
      listeners.add(listen);
      return {
        health: () => ({ ok: true, lastAnswerAgeMs: 0 }),
        positions: () => new Map([[0, records.length]]),
        close: async () => {
          listeners.delete(listen);
        },
      };
    },
  };
  const producer: Pick<TypedProducer, 'send'> = {
    async send(_topic, messages) {
      for (const { value } of messages) await append(value as StudyEvent);
    },
  };
  return {
    bus,
    producer,
    records: records as readonly BusRecord<'study.events'>[],
    now: () => time,
    pass(ms: number) {
      time += ms;
    },
  };
}
