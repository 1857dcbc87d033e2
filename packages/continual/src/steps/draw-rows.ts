import type { Random } from '@driftloop/stats';

/**
 * Draws positions below `size` in rounds: each comes once, in random order, before any comes again.
 */
export function createDraw(size: number, random: Random): (count: number) => Uint32Array {
  const order = Uint32Array.from({ length: size }, (_, position) => position);
  let at = size;
  return (count) => {
    const drawn = new Uint32Array(Math.min(count, size));
    for (let i = 0; i < drawn.length; i++) {
      if (at >= size) {
        random.shuffle(order);
        at = 0;
      }
      drawn[i] = order[at++]!;
    }
    return drawn;
  };
}
