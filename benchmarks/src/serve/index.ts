/**
 * `pnpm bench serve`: predictions per second of the real inference service, as a process of its
 * own, on a preloaded topic of four partitions, beside a bare kafkajs relay and, with --peers, a
 * Python consumer of the same records; the same with ten columns by name beside the same columns as
 * features; and how long answers pause while a version is swapped.
 */
import { testStack } from '@driftloop/local';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import type { Benchmark, Result } from '../harness/benchmark.ts';
import { summarize } from '../harness/samples.ts';
import { bareRelay, type Contender, inferenceService, pythonConsumer } from './contenders.ts';
import { type Rate, rateOfGrowth } from './growth.ts';
import { largeMlp, mlp, NAMED_SPEC, namedRow, plainRow } from './model.ts';
import { pythonForPeer } from './peer/python-environment.ts';
import { createSetting, PARTITIONS, preload } from './setting.ts';
import { measureSwaps, type SwapFigures } from './swap-gaps.ts';

/** Models that are swapped under load. */
const SWAPPED = { small: mlp, large: largeMlp };

/** The same ten columns, as features in order and by name. */
const BY_NAME = { 'ten columns as features': plainRow, 'ten columns by name': namedRow };

/** Requests per sample. */
const COUNT = 300_000;

export const run: Benchmark = async ({ samples, peers }) => {
  const python = peers ? await pythonForPeer() : undefined;
  if (python && 'missing' in python) console.error(`The Python peer is not run: ${python.missing}`);
  const stack = await testStack();
  const kafka = new Kafka({ brokers: stack.env.KAFKA_BROKERS.split(','), logLevel: logLevel.ERROR });
  const admin = kafka.admin();
  await admin.connect();
  const rates = new Map<string, Rate[]>();
  const swaps = new Map<string, SwapFigures[]>();
  try {
    for (let sample = 0; sample < samples; sample++) {
      const setting = await createSetting(stack.env, `${stack.topicPrefix}serve${sample}.`);
      try {
        await preload(setting, COUNT);
        const contenders = [bareRelay(setting), inferenceService(setting)];
        if (python && 'python' in python) contenders.push(pythonConsumer(setting, python.python, COUNT));
        for (const contender of contenders) {
          const rate = await measure(contender, admin);
          const cpu = rate.cpuMicros === undefined ? '' : `, ${rate.cpuMicros.toFixed(1)} µs of CPU each`;
          console.error(`${contender.name}: ${Math.round(rate.perSecond)} records/s${cpu}`);
          rates.set(contender.name, [...(rates.get(contender.name) ?? []), rate]);
        }
      } finally {
        await setting.close();
      }
      for (const [name, rowOf] of Object.entries(BY_NAME)) {
        const topics = `${stack.topicPrefix}columns${sample}${rowOf.name}.`;
        const setting = await createSetting(stack.env, topics, NAMED_SPEC);
        try {
          await preload(setting, COUNT, rowOf);
          const rate = await measure(inferenceService(setting), admin);
          console.error(`${name}: ${Math.round(rate.perSecond)} records/s`);
          rates.set(name, [...(rates.get(name) ?? []), rate]);
        } finally {
          await setting.close();
        }
      }
      for (const [name, model] of Object.entries(SWAPPED)) {
        const swapping = await createSetting(stack.env, `${stack.topicPrefix}swap${sample}${name}.`);
        try {
          swaps.set(name, [...(swaps.get(name) ?? []), await measureSwaps(swapping, model)]);
        } finally {
          await swapping.close();
        }
      }
    }
  } finally {
    await admin.disconnect();
    await stack.release();
  }
  return [...throughput(rates), ...[...swaps].flatMap(([name, figures]) => gaps(name, figures))];
};

async function measure({ name, output, start }: Contender, admin: Admin): Promise<Rate> {
  if (!(await admin.listTopics()).includes(output))
    await admin.createTopics({ topics: [{ topic: output, numPartitions: PARTITIONS }] });
  const size = async () =>
    (await admin.fetchTopicOffsets(output)).reduce((sum, { high }) => sum + Number(high), 0);
  const measured = start();
  try {
    const rate = await rateOfGrowth(size, COUNT, measured);
    await measured.stop();
    const written = await size();
    if (written !== COUNT) throw new Error(`${name} wrote ${written} answers to ${COUNT} requests`);
    return rate;
  } finally {
    await measured.stop();
  }
}

function throughput(rates: ReadonlyMap<string, readonly Rate[]>): Result[] {
  const ofOwn = rates.get('inference service') ?? [];
  const beside = (peer: string, bar?: number): Result[] => {
    const ofPeer = rates.get(peer);
    if (!ofPeer) return [];
    const own = summarize(ofOwn.map(({ perSecond }) => perSecond));
    const other = summarize(ofPeer.map(({ perSecond }) => perSecond)).median;
    const ratio = own.median / other;
    const ownCpu = summarize(ofOwn.flatMap(({ cpuMicros }) => cpuMicros ?? []));
    const otherCpu = summarize(ofPeer.flatMap(({ cpuMicros }) => cpuMicros ?? [])).median;
    return [
      {
        metric: 'predictions',
        value: own.median,
        unit: 'predictions/s',
        spread: { min: own.min, max: own.max },
        peer,
        peerValue: other,
        ratio,
        ...(bar === undefined ? {} : { bar: `ratio >= ${bar}`, holds: ratio >= bar }),
      },
      {
        metric: 'CPU per prediction',
        value: ownCpu.median,
        unit: 'µs',
        spread: { min: ownCpu.min, max: ownCpu.max },
        peer,
        peerValue: otherCpu,
        ratio: otherCpu / ownCpu.median,
      },
    ].filter(({ value }) => !Number.isNaN(value));
  };
  return [...beside('Python consumer', 1), ...beside('bare kafkajs relay'), named(rates)];
}

function named(rates: ReadonlyMap<string, readonly Rate[]>): Result {
  const [plain, byName] = Object.keys(BY_NAME).map((name) =>
    summarize((rates.get(name) ?? []).map(({ perSecond }) => perSecond)),
  );
  const ratio = (byName?.median ?? 0) / (plain?.median ?? 1);
  return {
    metric: 'predictions of ten columns by name',
    value: byName?.median ?? 0,
    unit: 'predictions/s',
    peer: 'the same as features',
    peerValue: plain?.median ?? 0,
    ratio,
    bar: 'ratio >= 0.5',
    holds: ratio >= 0.5,
  };
}

function gaps(name: string, swaps: readonly SwapFigures[]): Result[] {
  const figure = (metric: string, values: readonly number[]): Result => {
    const { median, min, max } = summarize(values);
    return { metric, value: median, unit: 'ms', spread: { min, max } };
  };
  const swapped = swaps.reduce((sum, { swaps: count }) => sum + count, 0);
  // No figure is better than one that no swap is in.
  if (swapped === 0) return [];
  return [
    figure(
      `longest gap between answers during ${swapped} swaps, ${name} model`,
      swaps.map((sample) => sample.longestDuringSwap),
    ),
    figure(
      `longest gap between answers otherwise, ${name} model`,
      swaps.map((sample) => sample.longestOtherwise),
    ),
  ];
}
