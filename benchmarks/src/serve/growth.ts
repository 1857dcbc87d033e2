import { setTimeout as sleep } from 'node:timers/promises';
import type { Measured } from './process.ts';

/** How fast a contender was. */
export interface Rate {
  /** Records per second of wall-clock time. */
  readonly perSecond: number;
  /**
   * Microseconds of CPU per record, of all its threads; undefined where the system does not say.
   */
  readonly cpuMicros: number | undefined;
}

/**
 * Measures how fast a topic grows, from when it is first seen to have grown to its end; so the
 * start of a process, its joining of the group and its first batch do not count, for everyone
 * alike.
 *
 * @param size current size; asked every few milliseconds
 */
export async function rateOfGrowth(
  size: () => Promise<number>,
  target: number,
  measured: Measured,
): Promise<Rate> {
  let first: { size: number; at: number; cpu: number | undefined } | undefined;
  for (;;) {
    const now = await Promise.race([size(), measured.failed]);
    const at = performance.now();
    const cpu = measured.cpuSeconds();
    if (!first && now > 0) first = { size: now, at, cpu };
    if (first && now >= target) {
      const records = now - first.size;
      const cpuSeconds = cpu === undefined || first.cpu === undefined ? undefined : cpu - first.cpu;
      return {
        perSecond: (records / (at - first.at)) * 1000,
        cpuMicros: cpuSeconds === undefined ? undefined : (cpuSeconds / records) * 1e6,
      };
    }
    await Promise.race([sleep(20), measured.failed]);
  }
}
