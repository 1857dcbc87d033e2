import { createByteReader } from '../binary/byte-reader.ts';
import { createByteWriter } from '../binary/byte-writer.ts';

/** Places of the newest rows in the requests' log: a label that comes twice is seen by them. */
export interface RecentPlaces {
  /** Takes a place; returns false for one that is known. */
  add(partition: number, offset: number): boolean;
  /** Text. */
  save(): string;
}

/** Rows that are remembered. A label that is repeated later than that counts twice. */
const MOST_PLACES = 2_048;
/** Offsets of partitions are told apart by it: there are fewer partitions. */
const PARTITIONS = 2 ** 17;
/** Offsets so far apart are taken for the same: the number of a place is an integer below 2^53. */
const OFFSETS = 2 ** 36;

/** Starts, or goes on from what was saved. */
export function createRecentPlaces(saved?: string): RecentPlaces {
  const places = new Set<number>();
  // One walk for ever: each new one would begin at the front, where a set keeps holes.
  const fromOldest = places.values();
  const add = (partition: number, offset: number) => {
    const place = (offset % OFFSETS) * PARTITIONS + partition;
    if (places.has(place)) return false;
    places.add(place);
    if (places.size > MOST_PLACES) {
      const { value: oldest } = fromOldest.next();
      if (oldest !== undefined) places.delete(oldest);
    }
    return true;
  };
  if (saved !== undefined) readPlaces(saved, add);
  return {
    add,
    save() {
      const writer = createByteWriter(3 * places.size);
      const before = new Map<number, number>();
      for (const place of places) {
        const partition = place % PARTITIONS;
        const offset = (place - partition) / PARTITIONS;
        writer.unsigned(partition);
        writer.signed(offset - (before.get(partition) ?? 0));
        before.set(partition, offset);
      }
      return Buffer.from(writer.bytes()).toString('base64');
    },
  };
}

function readPlaces(saved: string, add: (partition: number, offset: number) => void): void {
  const reader = createByteReader(Buffer.from(saved, 'base64'));
  const before = new Map<number, number>();
  while (reader.remaining() > 0) {
    const partition = reader.unsigned();
    const offset = (before.get(partition) ?? 0) + reader.signed();
    before.set(partition, offset);
    add(partition, offset);
  }
}
