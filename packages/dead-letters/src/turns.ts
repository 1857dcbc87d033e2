import { letterSizes, type Warehouse } from '@driftloop/warehouse';
import { type Place, placeText } from './place.ts';

/** What is in memory at the same time: as hex, in one answer of ClickHouse, it is twice as much. */
const MOST = { letters: 2_000, bytes: 64 * 1024 * 1024 };

/**
 * Dead letters in their order, in turns that are small enough to be decided about together.
 *
 * @throws DriftloopError WAREHOUSE_UNAVAILABLE
 */
export async function turnsOf<P extends Place>(warehouse: Warehouse, places: readonly P[]): Promise<P[][]> {
  const sizes = new Map<string, number>();
  for (let from = 0; from < places.length; from += MOST.letters)
    for (const { bytes, ...place } of await letterSizes(warehouse, places.slice(from, from + MOST.letters)))
      sizes.set(placeText(place), bytes);
  return inTurns(places, (place) => sizes.get(placeText(place)) ?? 0, MOST);
}

/** Cuts a list before what would make a piece too many or too large; one is never too large. */
export function inTurns<T>(items: readonly T[], bytesOf: (item: T) => number, most: typeof MOST): T[][] {
  const turns: T[][] = [];
  let bytes = 0;
  for (const item of items) {
    const turn = turns.at(-1);
    const size = bytesOf(item);
    if (turn === undefined || turn.length >= most.letters || bytes + size > most.bytes) {
      turns.push([item]);
      bytes = size;
    } else {
      turn.push(item);
      bytes += size;
    }
  }
  return turns;
}
