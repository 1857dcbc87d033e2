import type { Outgoing } from '@driftloop/bus';
import type { Refusal } from '@driftloop/errors';

/**
 * The dead letter of an event over HTTP that cannot be read: it has no place on Kafka, and so is
 * kept whole.
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
      partition: -1,
      offset: -1,
      key: new TextEncoder().encode(id),
      value: body,
      code,
      reason,
      service: 'payloads',
      at,
    },
  };
}
