import { onMove } from './drift-trigger.ts';
import { onAvoidable, onFall } from './performance-triggers.ts';
import type { Policy } from './policy.ts';

/** A policy whose trigger has a threshold: the higher, the rarer it fits. */
interface Triggered {
  readonly lowest: number;
  readonly highest: number;
  at(threshold: number): Policy;
}

const newestRows = 5000;
const TRIGGERED: readonly Triggered[] = [
  {
    lowest: 0.001,
    highest: 0.5,
    at: (threshold) => ({
      name: 'refitted when its accuracy falls, on the newest 5,000',
      createTrigger: onFall(threshold),
      newestRows,
    }),
  },
  {
    lowest: 1,
    highest: 5000,
    at: (threshold) => ({
      name: 'refitted when avoidable errors add up, on the newest 5,000',
      createTrigger: onAvoidable(threshold),
      newestRows,
    }),
  },
  {
    lowest: 0.0005,
    highest: 1,
    at: (threshold) => ({
      name: 'refitted when its inputs drift, on the newest 5,000',
      createTrigger: onMove(threshold),
      newestRows,
    }),
  },
];
const TRIES = 6;

/**
 * Triggers of Modyn (arXiv 2312.06254) with the thresholds at which they fit about as often as the
 * loop: these are found by bisection on the stream itself, in hindsight, so in their favour.
 *
 * @param refits of the loop
 * @param refitsOf how often a policy fits
 */
export async function triggeredAsOften(
  refits: number,
  refitsOf: (policy: Policy) => Promise<number>,
): Promise<Policy[]> {
  const found: Policy[] = [];
  for (const { lowest, highest, at } of TRIGGERED) {
    let [low, high] = [lowest, highest];
    let best: { policy: Policy; away: number } | undefined;
    for (let attempt = 0; attempt < TRIES && best?.away !== 0; attempt++) {
      const middle = Math.sqrt(low * high);
      const policy = at(middle);
      const count = await refitsOf(policy);
      const away = Math.abs(count - refits);
      if (!best || away < best.away) best = { policy, away };
      if (count > refits) low = middle;
      else high = middle;
    }
    if (best) found.push(best.policy);
  }
  return found;
}
