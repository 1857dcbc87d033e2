import type { BusRecord } from '@driftloop/bus';

/** Topics that events come of, and what an event of each is called. */
export const EVENT_TOPICS = {
  'model.events': 'version',
  'drift.verdicts': 'verdict',
  'retrain.commands': 'command',
  'dead.letters': 'letter',
} as const;

/** A topic that events come of. */
export type EventTopic = keyof typeof EVENT_TOPICS;
/** The topics, in a fixed order: their numbers stand in the ids of events. */
export const EVENT_TOPIC_NAMES = Object.keys(EVENT_TOPICS) as EventTopic[];

/** Something that has happened. */
export interface GatewayEvent {
  readonly topic: EventTopic;
  readonly partition: number;
  readonly offset: number;
  readonly name: (typeof EVENT_TOPICS)[EventTopic];
  /** Model that it is about; undefined where the record does not say. */
  readonly model: string | undefined;
  /** What is sent. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** What is told of a record. Pure. */
export function eventOf(record: BusRecord<EventTopic>): GatewayEvent {
  const { topic, partition, offset } = record;
  const data = dataOf(record);
  const model = typeof data.model === 'string' ? data.model : undefined;
  return { topic, partition, offset, name: EVENT_TOPICS[topic], model, data };
}

function dataOf(record: BusRecord<EventTopic>): Record<string, unknown> {
  switch (record.topic) {
    case 'model.events': {
      const { model, version, kind, at, actor, reasons, restoredVersion } = record.value;
      return { model, version, kind, at, actor, reasons, restoredVersion };
    }
    case 'drift.verdicts': {
      const { model, state, likelihood, windowStart, windowEnd, action } = record.value;
      return { model, state, likelihood, windowStart, windowEnd, action };
    }
    case 'retrain.commands': {
      const { model, commandId, action, issuedAt, issuedBy, reasons } = record.value;
      return { model, commandId, action, issuedAt, issuedBy, reasons };
    }
    case 'dead.letters': {
      const { topic, partition, offset, code, reason, service, at } = record.value;
      return { id: `${topic}/${partition}/${offset}`, topic, code, reason, service, at };
    }
  }
}
