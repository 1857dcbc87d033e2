import type { Flags } from '../harness/benchmark.ts';
import { integerFlag } from '../harness/integer-flag.ts';

/** The benchmark's own flags, as `parseArgs` takes them. */
export const flags = {
  swaps: { type: 'string' },
  'large-swaps': { type: 'string' },
  rate: { type: 'string' },
} as const;

/** What the command line asked for. */
export interface SwapOptions {
  /** Of the small model; 0 leaves it out. */
  readonly swaps: number;
  /** Of the large one. */
  readonly largeSwaps: number;
  /** Requests per second. */
  readonly rate: number;
}

/** @throws DriftloopError REQUEST_INVALID naming the flag */
export function readOptions(given: Flags): SwapOptions {
  return {
    swaps: integerFlag('swaps', given.swaps, 1_000, 0),
    largeSwaps: integerFlag('large-swaps', given['large-swaps'], 100, 0),
    rate: integerFlag('rate', given.rate, 500, 1),
  };
}
