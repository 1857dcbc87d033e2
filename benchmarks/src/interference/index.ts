/**
 * `pnpm bench interference`: how long answers take at 70 % of what this machine serves, alone, with
 * a training process beside it as the trainer runs it, and with the same training inside the
 * serving process.
 */
import { fileURLToPath, pathToFileURL } from 'node:url';
import { testStack } from '@driftloop/local';
import type { Benchmark, Result } from '../harness/benchmark.ts';
import { integerFlag } from '../harness/integer-flag.ts';
import { summarize } from '../harness/samples.ts';
import { inferenceService } from '../serve/contenders.ts';
import { type Measured, startMeasured } from '../serve/process.ts';
import { createSetting, type Setting } from '../serve/setting.ts';
import { measureStretch, type Stretch } from './stretch.ts';

export const flags = { seconds: { type: 'string' }, rate: { type: 'string' } } as const;

const TRAINING = fileURLToPath(new URL('train-forever.ts', import.meta.url));
/** As TRAINER_NICE has it. */
const NICENESS = 10;
const LOAD = 0.7;
/** Most that the 99th percentile may grow by training. */
const MOST_SLOWER = 1.1;
const FIRST_RATE = 1_000;
const HIGHEST_RATE = 64_000;
const PROBE_MS = 3_000;
const WARM_UP_MS = 3_000;

export const run: Benchmark = async ({ samples, flags: given = {} }) => {
  const seconds = integerFlag('seconds', given.seconds, 20, 1);
  const fixed = integerFlag('rate', given.rate, 0, 0);
  const stack = await testStack();
  const setting = await createSetting(stack.env, `${stack.topicPrefix}interference.`);
  try {
    const rate = fixed || Math.round(LOAD * (await withService(setting, {}, () => heldRate(setting))));
    console.error(`${rate} requests/s`);
    const stretch = () => measureStretch(setting, rate, seconds * 1_000);
    const found: Record<'alone' | 'beside' | 'inside', Stretch[]> = { alone: [], beside: [], inside: [] };
    for (let sample = 0; sample < samples; sample++) {
      await withService(setting, {}, async () => {
        // The first answers of a process are slow, whoever trains.
        await measureStretch(setting, rate, WARM_UP_MS);
        found.alone.push(await stretch());
        found.beside.push(await withTraining(stretch));
      });
      const inside = { NODE_OPTIONS: `--import=${pathToFileURL(TRAINING).href}` };
      found.inside.push(
        await withService(setting, inside, async () => {
          await measureStretch(setting, rate, WARM_UP_MS);
          return stretch();
        }),
      );
    }
    return results(found, rate);
  } finally {
    await setting.close();
    await stack.release();
  }
};

/** The highest of doubling rates at which answers keep up, requests per second. */
async function heldRate(setting: Setting): Promise<number> {
  let held = FIRST_RATE / 2;
  for (let rate = FIRST_RATE; rate <= HIGHEST_RATE; rate *= 2) {
    const { behind, requests } = await measureStretch(setting, rate, PROBE_MS);
    if (behind > 0.01 * requests) break;
    held = rate;
  }
  return held;
}

async function withService<T>(
  setting: Setting,
  environment: Readonly<Record<string, string>>,
  work: () => Promise<T>,
): Promise<T> {
  const service = inferenceService({
    ...setting,
    environment: { ...setting.environment, ...environment },
  }).start();
  return whileIt(service, async () => {
    await service.ready;
    return work();
  });
}

async function withTraining<T>(work: () => Promise<T>): Promise<T> {
  return whileIt(
    startMeasured([process.execPath, '--no-warnings', TRAINING, String(NICENESS)], {}),
    work,
    'SIGKILL',
  );
}

async function whileIt<T>(process: Measured, work: () => Promise<T>, signal?: 'SIGKILL'): Promise<T> {
  try {
    return await Promise.race([work(), process.failed]);
  } finally {
    await process.stop(signal);
  }
}

function results(
  found: Readonly<Record<'alone' | 'beside' | 'inside', readonly Stretch[]>>,
  rate: number,
): Result[] {
  const of = (name: keyof typeof found, key: 'p50' | 'p99' | 'perSecond') =>
    summarize(found[name].map((stretch) => stretch[key]));
  const slower = of('beside', 'p99').median / of('alone', 'p99').median;
  const names = {
    alone: 'serving alone',
    beside: 'with a training process beside it',
    inside: 'with training inside the serving process',
  };
  return (['alone', 'beside', 'inside'] as const).flatMap((name): Result[] => {
    const p99 = of(name, 'p99');
    const compared = name === 'beside' && {
      peer: names.alone,
      peerValue: of('alone', 'p99').median,
      ratio: 1 / slower,
      bar: `at most ${MOST_SLOWER} times`,
      holds: slower <= MOST_SLOWER,
    };
    return [
      {
        metric: `p99 at ${rate}/s, ${names[name]}`,
        value: p99.median,
        unit: 'ms',
        spread: { min: p99.min, max: p99.max },
        ...compared,
        figures: { stretches: found[name] },
      },
      { metric: `p50 at ${rate}/s, ${names[name]}`, value: of(name, 'p50').median, unit: 'ms' },
      { metric: `answers within a second, ${names[name]}`, value: of(name, 'perSecond').median, unit: '/s' },
    ];
  });
}
