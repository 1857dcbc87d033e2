import type { Outgoing } from '@driftloop/bus';
import { boundedReason } from '@driftloop/errors';
import type { HalfRecord } from './pairing.ts';

/** A letter with a longer key could be larger than the topic takes. */
const MOST_KEY_CHARACTERS = 100_000;

/**
 * The dead letter of a half that has waited for the other in vain. It names its place; the bytes
 * are there.
 *
 * @param until when it was given up: rest of a sentence
 * @param at wall clock, epoch ms
 */
export function unpairedLetter(
  { partition, offset, key, value }: HalfRecord,
  until: string,
  at: number,
): Outgoing<'dead.letters'> {
  const { half, callId, model } = value;
  const other = half === 'request' ? 'response' : 'request';
  const why =
    half === 'request'
      ? 'A call that fails has none; else the logger must log both (mode: all).'
      : 'The logger must log both (mode: all).';
  const reason = `The ${half} of call '${callId}' to '${model}' had no ${other} ${until}. ${why}`;
  const isLong = key.length > MOST_KEY_CHARACTERS;
  return {
    key: isLong ? key.slice(0, MOST_KEY_CHARACTERS).toWellFormed() : key,
    value: {
      topic: 'payload.events',
      partition,
      offset,
      key: isLong ? null : new TextEncoder().encode(key),
      value: null,
      code: 'PAYLOAD_UNPAIRED',
      reason: boundedReason(reason),
      service: 'payloads',
      at,
    },
  };
}
