import type { Bus, KeptBytes } from '@driftloop/bus';
import type { LoggedDecision } from './decisions.ts';
import type { Letter } from './letters.ts';

/**
 * Whether a letter lies on its partition again since somebody began to send it, who was ended
 * before it could be written down. A mended record is known by its key alone.
 *
 * @param earlier who began, and where the partition ended then
 */
export async function sentBefore(
  bus: Pick<Bus, 'bytes'>,
  letter: Letter,
  earlier: readonly LoggedDecision[],
): Promise<boolean> {
  if (earlier.length === 0) return false;
  const from = Math.min(...earlier.map(({ decision }) => decision.after ?? 0));
  const isMended = earlier.some(({ decision }) => decision.mended);
  for await (const records of bus.bytes(letter.topic, letter.partition, from))
    if (records.some((record) => isIt(record, letter, isMended))) return true;
  return false;
}

function isIt(record: KeptBytes, letter: Letter, isMended: boolean): boolean {
  if (!isEqual(record.key, letter.key)) return false;
  return isEqual(record.value, letter.value) || (isMended && letter.key !== null);
}

function isEqual(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : Buffer.from(a).equals(b);
}
