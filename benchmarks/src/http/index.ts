/**
 * `pnpm bench http`: the round trip of a call of the Open Inference Protocol through the gateway,
 * Kafka and the inference service, on an idle broker: at 200 requests/s, and on 64 connections;
 * with --peers beside the same file behind FastAPI alone; and what other producers' traffic costs
 * the gateway.
 */
import { testStack } from '@driftloop/local';
import type { Benchmark, Result } from '../harness/benchmark.ts';
import { summarize } from '../harness/samples.ts';
import { generator, SPEC, WIDTH } from '../serve/model.ts';
import { createSetting, preload, type Setting } from '../serve/setting.ts';
import { atRate, backToBack, type Load, quantile, type Target } from './load.ts';
import { type Server, startFastApi, startGateway } from './servers.ts';

const PER_SECOND = 200;
const SECONDS = 10;
const CONNECTIONS = 64;
const WARM_UP_SECONDS = 3;
/** Answers to requests of others. */
const FOREIGN = 200_000;

/** What one server came to in one sample. */
interface Figures {
  readonly rate: Load;
  readonly connections: Load;
}

export const run: Benchmark = async ({ samples, peers }) => {
  const stack = await testStack();
  const figures = new Map<string, Figures[]>();
  const foreignMicros: number[] = [];
  try {
    for (let sample = 0; sample < samples; sample++) {
      const setting = await createSetting(stack.env, `${stack.topicPrefix}http${sample}.`);
      try {
        const measured = async (server: Server) => {
          const found = await measure(server);
          figures.set(server.name, [...(figures.get(server.name) ?? []), found]);
        };
        const gateway = await startGateway(setting, stack.env.CLICKHOUSE_URL);
        try {
          await measured(gateway);
          foreignMicros.push(await foreignCost(gateway, setting));
        } finally {
          await gateway.stop();
        }
        if (peers) await besidePeer(setting, measured);
      } finally {
        await setting.close();
      }
    }
  } finally {
    await stack.release();
  }
  return [...compared(figures), foreignResult(foreignMicros)];
};

async function besidePeer(setting: Setting, measured: (server: Server) => Promise<void>): Promise<void> {
  const peer = await startFastApi(setting).catch((error: unknown) => {
    console.error(`The peer is not run: ${error instanceof Error ? error.message.slice(0, 500) : error}`);
  });
  if (!peer) return;
  try {
    await measured(peer);
  } finally {
    await peer.stop();
  }
}

async function measure({ name, baseUrl }: Server): Promise<Figures> {
  const random = generator(11);
  const bodies = Array.from({ length: 100 }, () =>
    JSON.stringify({
      inputs: [
        {
          name: 'x',
          datatype: 'FP32',
          shape: [1, WIDTH],
          data: Array.from({ length: WIDTH }, () => Math.fround(random())),
        },
      ],
    }),
  );
  const target: Target = {
    url: `${baseUrl}/v2/models/${SPEC.model}/infer`,
    body: (call) => bodies[call % bodies.length] as string,
  };
  await atRate(target, PER_SECOND, WARM_UP_SECONDS);
  const rate = await atRate(target, PER_SECOND, SECONDS);
  const connections = await backToBack(target, CONNECTIONS, SECONDS);
  const p = (share: number) => quantile(rate.latenciesMs, share).toFixed(1);
  console.error(
    `${name}: p50 ${p(0.5)} ms, p99 ${p(0.99)} ms, ${rate.failed} failed; ${Math.round(connections.latenciesMs.length / connections.seconds)} requests/s, ${connections.failed} failed`,
  );
  return { rate, connections };
}

/** Microseconds of the gateway's CPU per answer to somebody else's request. */
async function foreignCost(gateway: Server, setting: Setting): Promise<number> {
  const answered = async () =>
    (await setting.bus.offsets('inference.predictions')).reduce((sum, { high }) => sum + high, 0);
  const before = { answers: await answered(), cpu: gateway.cpuSeconds() ?? Number.NaN };
  await preload(setting, FOREIGN);
  while ((await answered()) < before.answers + FOREIGN)
    await new Promise((resolve) => setTimeout(resolve, 200));
  // What was answered last is on its way to the gateway.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  return (((gateway.cpuSeconds() ?? Number.NaN) - before.cpu) * 1e6) / FOREIGN;
}

function compared(figures: ReadonlyMap<string, readonly Figures[]>): Result[] {
  const [own = [], other] = [...figures.values()];
  const [, peer] = [...figures.keys()];
  const row = (
    metric: string,
    unit: string,
    figureOf: (figures: Figures) => number,
    ratioOf: (own: number, other: number) => number,
  ): Result => {
    const { median, min, max } = summarize(own.map(figureOf));
    const beside = other && summarize(other.map(figureOf)).median;
    return {
      metric,
      value: median,
      unit,
      spread: { min, max },
      ...(beside === undefined || peer === undefined
        ? {}
        : { peer, peerValue: beside, ratio: ratioOf(median, beside) }),
    };
  };
  const less = (a: number, b: number) => b / a;
  const at = (share: number) => (one: Figures) => quantile(one.rate.latenciesMs, share);
  return [
    row(`round trip at ${PER_SECOND} requests/s, p50`, 'ms', at(0.5), less),
    row(`round trip at ${PER_SECOND} requests/s, p99`, 'ms', at(0.99), less),
    row(
      `throughput on ${CONNECTIONS} connections`,
      'requests/s',
      ({ connections }) => connections.latenciesMs.length / connections.seconds,
      (a, b) => a / b,
    ),
    row(
      `round trip on ${CONNECTIONS} connections, p50`,
      'ms',
      ({ connections }) => quantile(connections.latenciesMs, 0.5),
      less,
    ),
    row(
      'calls without an answer',
      'calls',
      ({ rate, connections }) => rate.failed + connections.failed,
      () => Number.NaN,
    ),
  ];
}

function foreignResult(micros: readonly number[]): Result {
  const { median, min, max } = summarize(micros);
  return {
    metric: "gateway's CPU per answer to another's request",
    value: median,
    unit: 'µs',
    spread: { min, max },
  };
}
