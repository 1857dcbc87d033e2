/**
 * `pnpm bench swap`: one version of a model replaces another, again and again, in the real
 * inference service under a steady rate of requests: whether memory grows, how long answers take
 * meanwhile, and whether any is lost or comes twice.
 */
import { testStack } from '@driftloop/local';
import type { Benchmark, Result } from '../harness/benchmark.ts';
import { summarize } from '../harness/samples.ts';
import { largeMlp, mediumMlp } from '../serve/model.ts';
import { createSetting } from '../serve/setting.ts';
import { readOptions } from './options.ts';
import { slopeOf } from './slope.ts';
import { measureSwapping, type SwappingFigures } from './swapping.ts';

export { flags } from './options.ts';

const MODELS = { '1 MB': mediumMlp, '46 MB': largeMlp };
/** Most that answers may take longer while versions are swapped, p99. */
const MOST_SLOWER = 1.05;
/** A slope within so many of its standard errors is none. */
const NOISE_ERRORS = 2;

export const run: Benchmark = async ({ flags = {} }) => {
  const { swaps, largeSwaps, rate } = readOptions(flags);
  const stack = await testStack();
  const results: Result[] = [];
  try {
    for (const [name, model] of Object.entries(MODELS)) {
      const count = name === '46 MB' ? largeSwaps : swaps;
      if (count === 0) continue;
      const setting = await createSetting(stack.env, `${stack.topicPrefix}swap${name.replace(' ', '')}.`);
      try {
        const figures = await measureSwapping(setting, { models: [model(2), model(3)], swaps: count, rate });
        results.push(...judged(name, figures, rate));
      } finally {
        await setting.close();
      }
    }
  } finally {
    await stack.release();
  }
  return results;
};

function judged(name: string, figures: SwappingFigures, rate: number): Result[] {
  const { swaps, swapMs, alone, swapping, lost, repeated, rebalances, memory } = figures;
  // What was allocated for good by then is not the swaps'.
  const settled = memory.filter(({ swaps: at }) => at > swaps / 4);
  const slope = slopeOf(settled.map(({ swaps: x, bytes: y }) => ({ x, y })));
  const ratio = swapping.p99 / alone.p99;
  const of = `${swaps} swaps, model of ${name}`;
  return [
    {
      metric: `${of}: memory per swap`,
      value: slope.perUnit / 1_024,
      unit: 'KiB',
      bar: `within ${NOISE_ERRORS} standard errors of 0`,
      holds: Math.abs(slope.perUnit) <= NOISE_ERRORS * slope.error,
      figures: { standardErrorKiB: slope.error / 1_024, memory },
    },
    {
      metric: `${of}: p99 of answers at ${rate}/s`,
      value: swapping.p99,
      unit: 'ms',
      peer: 'the same without swaps',
      peerValue: alone.p99,
      ratio: 1 / ratio,
      bar: `at most ${MOST_SLOWER} times`,
      holds: ratio <= MOST_SLOWER,
      figures: { alone, swapping },
    },
    {
      metric: `${of}: from the event to the first answer`,
      value: summarize(swapMs).median,
      unit: 'ms',
      spread: summarize(swapMs),
    },
    nothing(`${of}: requests without an answer`, lost),
    nothing(`${of}: requests with two answers`, repeated),
    nothing(`${of}: rebalances of the group`, rebalances),
  ];
}

function nothing(metric: string, value: number): Result {
  return { metric, value, unit: '', bar: '0', holds: value === 0 };
}
