import type { Flags } from '../harness/benchmark.ts';
import { integerFlag } from '../harness/integer-flag.ts';

/** What the command line asked for. */
export interface PipelineOptions {
  /** Rows per second that are tried one after another, until one is not held. */
  readonly rates: readonly number[];
  /** How long each is kept up. */
  readonly seconds: number;
  /** Times that Elec2 is sent flat out. */
  readonly repeats: number;
  /** Whether a second version answers beside the live one. */
  readonly hasShadow: boolean;
}

/** The benchmark's own flags, as `parseArgs` takes them. */
export const flags = {
  rates: { type: 'string' },
  seconds: { type: 'string' },
  repeats: { type: 'string' },
  shadow: { type: 'boolean' },
} as const;

const RATES = [2_500, 5_000, 7_500, 10_000, 12_500, 15_000];
const SECONDS = 60;
/** 267,341 rows. */
const REPEATS = 6;

/** Reads them. @throws DriftloopError REQUEST_INVALID naming the flag */
export function readOptions(given: Flags): PipelineOptions {
  const rates =
    given.rates === undefined
      ? RATES
      : String(given.rates)
          .split(',')
          .filter((rate) => rate !== '')
          .map((rate) => integerFlag('rates', rate, 0, 1));
  return {
    rates,
    seconds: integerFlag('seconds', given.seconds, SECONDS, 5),
    repeats: integerFlag('repeats', given.repeats, REPEATS, 0),
    hasShadow: given.shadow === true,
  };
}
