import { servingFlopsPerRow } from '@driftloop/autodiff';
import type { Check } from './check.ts';
import type { GateSettings } from './settings.ts';

/**
 * Whether the candidate answers at about the live version's cost. Counted, not timed: on a busy
 * machine one of two equal models is slower by chance, and a verdict must not depend on that.
 */
export function checkCost(live: Uint8Array, candidate: Uint8Array, settings: GateSettings): Check {
  const [flops, liveFlops] = [servingFlopsPerRow(candidate), servingFlopsPerRow(live)];
  const passed = flops <= settings.costFactor * liveFlops;
  const text =
    `a row costs it ${flops.toFixed(0)} FLOP, the live version ${liveFlops.toFixed(0)}` +
    (passed ? '' : `: more than ${settings.costFactor} times as much`);
  return { passed, text, metrics: { flopsPerRow: flops, liveFlopsPerRow: liveFlops } };
}
