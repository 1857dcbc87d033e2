import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Measures how fast something grows, from when it is first seen to have grown to its end; so the start of a process, its
 * joining of the group and its first batch do not count, for everyone alike.
 *
 * @param size current size; asked every few milliseconds
 * @param failed resolves with an error when whoever makes it grow has ended
 * @returns growth per second
 */
export async function rateOfGrowth(
  size: () => Promise<number>,
  target: number,
  failed: Promise<never>,
): Promise<number> {
  let first: { size: number; at: number } | undefined;
  for (;;) {
    const now = await Promise.race([size(), failed]);
    const at = performance.now();
    if (!first && now > 0) first = { size: now, at };
    if (first && now >= target) return ((now - first.size) / (at - first.at)) * 1000;
    await Promise.race([sleep(5), failed]);
  }
}
