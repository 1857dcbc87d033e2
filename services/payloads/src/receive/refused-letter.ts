import { randomInt } from 'node:crypto';
import type { Outgoing } from '@driftloop/bus';
import type { Refusal } from '@driftloop/errors';

/** A partition that no topic has. */
const NO_PARTITION = 999_999_999;
const MOST_OFFSET = 2 ** 48 - 1;

/**
 * The dead letter of an event over HTTP that cannot be read: it has no place on Kafka, and so is
 * kept whole. What stands there instead is its own: a dead letter is known by its place.
 *
 * @param at wall clock, epoch ms
 */
export function refusedLetter(
  id: string,
  body: Uint8Array,
  { code, reason }: Refusal,
  at: number,
): Outgoing<'dead.letters'> {
  return {
    key: id,
    value: {
      topic: 'payload.events',
      partition: NO_PARTITION,
      offset: randomInt(MOST_OFFSET),
      key: new TextEncoder().encode(id),
      value: body,
      code,
      reason,
      service: 'payloads',
      at,
    },
  };
}
