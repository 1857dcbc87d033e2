import type { Bus, KeptBytes } from '@driftloop/bus';
import type { LoggedDecision } from './decisions.ts';
import type { Letter } from './letters.ts';

/** A letter that somebody has begun to send before. */
export interface Begun {
  readonly letter: Letter;
  /** Who began, and where the partition ended then; may be empty. */
  readonly earlier: readonly LoggedDecision[];
}

interface Sought {
  readonly letter: Letter;
  readonly from: number;
  readonly isMended: boolean;
}

/**
 * Letters that lie on their partitions again since somebody began to send them, who was ended
 * before it could be written down. A mended record is known by its key alone. Each partition is
 * read once, however many letters it has.
 */
export async function sentBefore(
  bus: Pick<Bus, 'bytes'>,
  begun: readonly Begun[],
): Promise<ReadonlySet<Letter>> {
  const found = new Set<Letter>();
  const sought = begun.flatMap(({ letter, earlier }): Sought[] => {
    if (earlier.length === 0) return [];
    const from = Math.min(...earlier.map(({ decision }) => decision.after ?? 0));
    return [{ letter, from, isMended: earlier.some(({ decision }) => decision.mended) }];
  });
  for (const group of Map.groupBy(sought, ({ letter }) => `${letter.topic}/${letter.partition}`).values()) {
    const byKey = Map.groupBy(group, ({ letter }) => keyText(letter.key));
    const [first] = group;
    if (first === undefined) continue;
    const { topic, partition } = first.letter;
    const from = group.reduce((least, one) => Math.min(least, one.from), first.from);
    for await (const records of bus.bytes(topic, partition, from))
      for (const record of records)
        for (const one of byKey.get(keyText(record.key)) ?? []) if (isIt(record, one)) found.add(one.letter);
  }
  return found;
}

function isIt(record: KeptBytes, { letter, from, isMended }: Sought): boolean {
  if (record.offset < from || !isEqual(record.key, letter.key)) return false;
  return isEqual(record.value, letter.value) || (isMended && letter.key !== null);
}

function keyText(key: Uint8Array | null): string {
  return key === null ? '' : Buffer.from(key).toString('hex');
}

function isEqual(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : Buffer.from(a).equals(b);
}
