import { setTimeout as sleep } from 'node:timers/promises';
import { inferenceService } from './contenders.ts';
import { SPEC } from './model.ts';
import { preload, type Setting } from './setting.ts';

/** How long clients waited between answers. */
export interface SwapFigures {
  /** Swaps that were seen in the answers. */
  readonly swaps: number;
  /**
   * Longest time between two answers from the event of a swap to the first answer of the new
   * version, ms.
   */
  readonly longestDuringSwap: number;
  /** The same over stretches of the same stream without a swap, ms. */
  readonly longestOtherwise: number;
}

/** Versions that are published, and the time between them. */
const SWAPS = 4;
const PERIOD_MS = 300;
/**
 * Enough that answers do not pause for want of requests before the last swap; if they run out,
 * fewer swaps are measured.
 */
const REQUESTS = 600_000;
const LAST_REQUESTS = 60_000;

/**
 * Publishes new versions while the service answers requests flat out, and reads the gaps off the
 * answers.
 */
export async function measureSwaps(
  setting: Setting,
  model: (seed: number) => Uint8Array,
): Promise<SwapFigures> {
  const { bus, registry } = setting;
  const published: { version: number; at: number }[] = [];
  const models = Array.from({ length: SWAPS }, (_, index) => model(index + 2));
  await preload(setting, REQUESTS);
  const service = inferenceService(setting).start();
  const orFailed = <T>(work: Promise<T>): Promise<T> => Promise.race([work, service.failed]);
  try {
    const { url } = await orFailed(service.ready);
    while ((await answered(setting)) === 0) await orFailed(sleep(10));
    for (const onnx of models) {
      if ((await answered(setting)) > REQUESTS - LAST_REQUESTS) break;
      const version = await orFailed(
        registry.register({ spec: SPEC, onnx, profile: null, metrics: {}, publish: true }),
      );
      published.push({
        version,
        at: registry.model(SPEC.model)?.state.versions.get(version)?.publishedAt ?? 0,
      });
      while ((await orFailed(servedVersion(url))) !== version) await orFailed(sleep(10));
      await orFailed(sleep(PERIOD_MS));
    }
  } finally {
    await service.stop();
  }

  const times: number[] = [];
  const firstOf = new Map<number, number>();
  for await (const records of bus.slice('inference.predictions', { by: 'offset' })) {
    for (const { value, timestamp } of records) {
      times.push(timestamp);
      firstOf.set(value.version, Math.min(timestamp, firstOf.get(value.version) ?? Number.POSITIVE_INFINITY));
    }
  }
  times.sort((a, b) => a - b);
  const seen = published.flatMap(({ version, at }) => {
    const first = firstOf.get(version);
    return first === undefined ? [] : [{ from: at, to: first }];
  });
  return { swaps: seen.length, ...longestGaps(times, seen) };
}

/**
 * The longest distance between neighbours in sorted times: where it touches one of the stretches,
 * and elsewhere. Pure.
 */
function longestGaps(
  times: readonly number[],
  stretches: readonly { readonly from: number; readonly to: number }[],
): { longestDuringSwap: number; longestOtherwise: number } {
  let longestDuringSwap = 0;
  let longestOtherwise = 0;
  for (let index = 1; index < times.length; index++) {
    const [before = 0, after = 0] = [times[index - 1], times[index]];
    if (stretches.some(({ from, to }) => before <= to && after >= from))
      longestDuringSwap = Math.max(longestDuringSwap, after - before);
    else longestOtherwise = Math.max(longestOtherwise, after - before);
  }
  return { longestDuringSwap, longestOtherwise };
}

/** The version that answers, as the service says itself. */
async function servedVersion(url: string): Promise<number | undefined> {
  const health = (await (await fetch(`${url}/health/ready`)).json()) as {
    detail: { models: Record<string, { serving?: number }> };
  };
  return health.detail.models[SPEC.model]?.serving;
}

async function answered({ bus }: Setting): Promise<number> {
  const ranges = await bus.offsets('inference.predictions');
  return ranges.reduce((sum, { high }) => sum + high, 0);
}
