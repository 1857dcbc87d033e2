/**
 * `pnpm bench backtest`: how fast a slice of history goes through the code of the three signals and
 * of the ensemble, on one core.
 */
import { replay, replaySketches, sketchSlice } from '@driftloop/drift';
import type { Benchmark, Result } from '../harness/benchmark.ts';
import { integerFlag } from '../harness/integer-flag.ts';
import { cpuSeconds } from '../harness/measure.ts';
import { summarize } from '../harness/samples.ts';
import { sliceOf } from './stream.ts';

/** The benchmark's own flags, as `parseArgs` takes them. */
export const flags = { rows: { type: 'string' } } as const;

const ROWS = 200_000;
/** Requests per second of one core, by features. */
const BARS: readonly (readonly [number, number])[] = [
  [6, 100_000],
  [32, 20_000],
];

export const run: Benchmark = async ({ samples, flags: given = {} }) => {
  const rows = integerFlag('rows', given.rows, ROWS, 10_000);
  return BARS.flatMap(([width, bar]) => [
    benchReplay(rows, width, bar, samples),
    benchSketches(rows, width, samples),
  ]);
};

function benchReplay(rows: number, width: number, bar: number, samples: number): Result {
  const slice = sliceOf(rows, width);
  let verdicts = 0;
  const rates = Array.from({ length: samples }, () => {
    const seconds = cpuSeconds(() => {
      verdicts = replay(slice).verdicts.length;
    });
    return rows / seconds;
  });
  const { median, min, max } = summarize(rates);
  return {
    metric: `requests of ${width} features through all signals`,
    value: median,
    unit: 'requests/s per core',
    bar: `>= ${bar}`,
    holds: median >= bar,
    spread: { min, max },
    figures: { rows, verdicts },
  };
}

/** Rows that a what-if over sketches is to get through within a minute. */
const WHAT_IF_ROWS = 10_000_000;
const WHAT_IF_SECONDS = 60;

function benchSketches(rows: number, width: number, samples: number): Result {
  const slice = sliceOf(rows, width);
  const sketches = sketchSlice(slice);
  const rates = Array.from({ length: samples }, () => {
    const seconds = cpuSeconds(() => {
      replaySketches({ ...slice, live: slice.live ?? [], sketches });
    });
    return rows / seconds;
  });
  const { median, min, max } = summarize(rates);
  const bar = Math.ceil(WHAT_IF_ROWS / WHAT_IF_SECONDS);
  return {
    metric: `requests of ${width} features judged again from sketches`,
    value: median,
    unit: 'requests/s per core',
    ...(width === 6 ? { bar: `>= ${bar}`, holds: median >= bar } : {}),
    spread: { min, max },
    figures: { rows, sketches: sketches.length },
  };
}
