import {
  type Because,
  type DecisionParts,
  decisionsAbout,
  type LeftAlone,
  objection,
  untilShown,
  writeDecisions,
} from './decide.ts';
import type { Letter } from './letters.ts';
import { placeText } from './place.ts';

/** What came of discarding letters. */
export interface Discarded {
  readonly discarded: readonly Letter[];
  readonly left: readonly LeftAlone[];
}

/**
 * Says of dead letters that nothing is to become of them. Their bytes stay where they are, and one
 * that was discarded can still be sent again.
 *
 * @throws DriftloopError KAFKA_UNAVAILABLE, REGISTRY_UNAVAILABLE
 */
export async function discardLetters(
  parts: DecisionParts,
  letters: readonly Letter[],
  because: Because,
): Promise<Discarded> {
  const known = await decisionsAbout(parts.bus, letters);
  const objections = letters.map((letter) =>
    objection(letter, known.get(placeText(letter)) ?? [], 'discard', parts),
  );
  const discarded = letters.filter((_, index) => objections[index] === undefined);
  const left = letters.flatMap((place, index) => {
    const error = objections[index];
    return error ? [{ place, error }] : [];
  });
  if (discarded.length > 0) {
    await writeDecisions(parts, discarded, 'discarded', because);
    await untilShown(parts);
  }
  return { discarded, left };
}
