import type { Bus, Consumer, ForeignRecord, Outgoing, RefusedAt, TypedProducer } from '@driftloop/bus';
import { DriftloopError, refusalOf } from '@driftloop/errors';
import { TOPIC_NAMES } from '@driftloop/schemas';
import type { Config } from '../config.ts';
import type { ModelNames } from '../events/model-names.ts';
import { payloadRecord } from '../events/payload-record.ts';
import { readEvents } from '../events/read-events.ts';
import type { Meters } from '../meters.ts';

/** What passing on works with. */
export interface ForeignTopicParts {
  readonly bus: Pick<Bus, 'consumeForeign'>;
  readonly producer: TypedProducer;
  readonly modelOf: ModelNames;
  readonly meters: Meters;
  fail(error: unknown): void;
}

/**
 * Passes the events of a topic on to payload.events, where both halves of a call lie on one
 * partition. What is passed on again after a crash says where it came from, and is known there.
 */
export function passOn(
  topic: string,
  { bus, producer, modelOf, meters, fail }: ForeignTopicParts,
): Promise<Consumer> {
  return bus.consumeForeign({
    topic,
    group: `payloads.${topic}`,
    onCrash: fail,
    async onRecords(records, isStale) {
      const outgoing: Outgoing<'payload.events'>[] = [];
      const refused: RefusedAt[] = [];
      for (const record of records) {
        try {
          for (const event of passedOn(topic, record, modelOf)) outgoing.push(event);
        } catch (error) {
          if (!(error instanceof DriftloopError)) throw error;
          meters.deadLetters.inc({ code: error.code });
          refused.push({ offset: record.offset, ...refusalOf(error) });
        }
      }
      await producer.send('payload.events', outgoing, { isVoid: isStale });
      meters.events.inc({ from: topic }, outgoing.length);
      return refused;
    },
  });
}

/**
 * Each topic once. What is refused of one of driftloop's own becomes a record on one of these,
 * which is read and refused again, for ever.
 *
 * @throws DriftloopError CONFIG_INVALID for those
 */
export function foreignTopics({
  PAYLOADS_TOPICS: topics,
  TOPIC_PREFIX: prefix,
}: Pick<Config, 'PAYLOADS_TOPICS' | 'TOPIC_PREFIX'>): string[] {
  const own = topics.find((topic) => TOPIC_NAMES.some((name) => topic === `${prefix}${name}`));
  if (own === undefined) return [...new Set(topics)];
  throw new DriftloopError(
    'CONFIG_INVALID',
    `Settings are not valid: PAYLOADS_TOPICS names ${own}, which is driftloop's own: name the topics that the loggers write`,
  );
}

function passedOn(
  topic: string,
  { partition, offset, headers, body, timestamp }: ForeignRecord,
  modelOf: ModelNames,
): Outgoing<'payload.events'>[] {
  const halves = readEvents({ headers, body });
  return halves.map((half, place) => {
    const time = half.time >= 0 ? half.time : timestamp;
    // Events of a batch share an offset: each has a part of it.
    const source = { source: `${topic}/${place}`, sourcePartition: partition, sourceOffset: offset };
    return payloadRecord({ ...half, time }, modelOf, source);
  });
}
