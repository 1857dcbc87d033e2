import { setTimeout as sleep } from 'node:timers/promises';
import { steadyRequests, type Traffic } from '../attack/traffic.ts';
import { type Latencies, latenciesOf } from '../harness/latencies.ts';
import { inferenceService } from '../serve/contenders.ts';
import { SPEC } from '../serve/model.ts';
import type { Setting } from '../serve/setting.ts';
import { followAnswers } from './answers.ts';
import { residentBytes } from './memory.ts';

/** How often what is swapped. */
export interface SwappingOptions {
  /** Two files that take turns. */
  readonly models: readonly [Uint8Array, Uint8Array];
  readonly swaps: number;
  /** Requests per second meanwhile. */
  readonly rate: number;
}

/** What came of it. */
export interface SwappingFigures {
  readonly swaps: number;
  /** From the event of a swap to the first answer of the new version, ms. */
  readonly swapMs: readonly number[];
  readonly alone: Latencies;
  readonly swapping: Latencies;
  /** Requests without an answer, and with more than one. */
  readonly lost: number;
  readonly repeated: number;
  /** Times that the group's partitions were given out anew. */
  readonly rebalances: number;
  /** Resident memory after so many swaps. */
  readonly memory: readonly { readonly swaps: number; readonly bytes: number }[];
}

/** A stretch with swaps, and one without after it: what else happens on the machine meets both. */
const SWAPS_PER_STRETCH = 20;
const LEAST_STRETCH_MS = 1_000;
/** What the first calls allocate is not what a swap costs. */
const WARM_UP_MS = 3_000;

/** Has one version replace another, again and again, while requests come at a steady rate. */
export async function measureSwapping(
  setting: Setting,
  { models, swaps, rate }: SwappingOptions,
): Promise<SwappingFigures> {
  const { registry, bus } = setting;
  // Versions 2 and 3 take turns: what is known of versions does not grow with the swaps.
  const own = models.map(() => 0) as [number, number];
  for (const [index, onnx] of models.entries())
    own[index] = await registry.register({ spec: SPEC, onnx, profile: null, metrics: {}, publish: true });
  const service = inferenceService(setting).start();
  const answers = await followAnswers(bus);
  const orFailed = <T>(work: Promise<T>): Promise<T> => Promise.race([work, service.failed]);
  let traffic: Traffic | undefined;
  try {
    const { url } = await orFailed(service.ready);
    const sending = steadyRequests(setting, rate);
    traffic = sending;
    await orFailed(answers.nextOf(own[1]));
    await sleep(WARM_UP_MS);
    const generation = await generationOf(url);
    const memory: { swaps: number; bytes: number }[] = [];
    const swapMs: number[] = [];
    const stretches: { from: number; to: number; isSwapping: boolean }[] = [];
    for (let done = 0; done < swaps; ) {
      let from = Date.now();
      const until = Math.min(swaps, done + SWAPS_PER_STRETCH);
      for (; done < until; done++) {
        const version = own[done % 2] ?? 0;
        const answered = answers.nextOf(version);
        const at = performance.now();
        await orFailed(
          registry.rollback(SPEC.model, { to: version, reason: 'the next in turn', actor: 'bench' }),
        );
        await orFailed(answered);
        swapMs.push(performance.now() - at);
      }
      stretches.push({ from, to: Date.now(), isSwapping: true });
      const bytes = residentBytes(service.pid);
      if (bytes !== undefined) memory.push({ swaps: done, bytes });
      const length = Math.max(LEAST_STRETCH_MS, Date.now() - from);
      from = Date.now();
      await orFailed(sleep(length));
      stretches.push({ from, to: Date.now(), isSwapping: false });
    }
    await sending.stop();
    const sent = sending.sentBetween(0, Number.POSITIVE_INFINITY);
    await orFailed(answers.reach(sent.length));
    const waits = (isSwapping: boolean) =>
      latenciesOf(
        stretches
          .filter((stretch) => stretch.isSwapping === isSwapping)
          .flatMap(({ from, to }) => answers.waits(sending.sentBetween(from, to))),
      );
    return {
      swaps: swapMs.length,
      swapMs,
      alone: waits(false),
      swapping: waits(true),
      lost: answers.missing(sent),
      repeated: answers.repeated(),
      rebalances: (await generationOf(url)) - generation,
      memory,
    };
  } finally {
    await traffic?.stop();
    await answers.close();
    await service.stop();
  }
}

/** How often partitions have been given out, as the service says. */
async function generationOf(url: string): Promise<number> {
  const health = (await (await fetch(`${url}/health/ready`)).json()) as {
    detail: { consumer: { generation: number } };
  };
  return health.detail.consumer.generation;
}
