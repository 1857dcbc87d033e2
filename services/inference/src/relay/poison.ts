import type { BusRecord } from '@driftloop/bus';
import { ERRORS, isErrorCode } from '@driftloop/errors';

/**
 * How many of the newest dead letters are looked at: those between the last commit and a crash are
 * among them.
 */
export const DEAD_TAIL_LENGTH = 64;

/** Tells requests that have ended a process and are dead letters. */
export interface KnownPoison {
  has(record: BusRecord<'inference.requests'>): boolean;
}

/**
 * Reads off the newest dead letters which requests of a partition must not be tried again. Pure.
 *
 * An offset alone may be that of another topic of the same name: the key must be the same, and the
 * record no younger than its letter.
 */
export function knownPoison(
  letters: readonly BusRecord<'dead.letters'>[],
  partition: number,
): KnownPoison | undefined {
  const decoder = new TextDecoder();
  const known = new Map<number, { readonly key: string; readonly at: number }>();
  for (const { value } of letters) {
    if (value.topic !== 'inference.requests' || value.partition !== partition || !hasEndedProcess(value.code))
      continue;
    known.set(value.offset, { key: decoder.decode(value.key ?? new Uint8Array()), at: value.at });
  }
  if (known.size === 0) return undefined;
  return {
    has({ offset, key, timestamp }) {
      const letter = known.get(offset);
      return letter !== undefined && letter.key === key && timestamp <= letter.at;
    },
  };
}

/**
 * What ends a process is written down before its offset is committed, and must not be tried again
 * in between. Other refusals cost nothing.
 */
function hasEndedProcess(code: string): boolean {
  return isErrorCode(code) && ERRORS[code].endsProcess === true;
}
