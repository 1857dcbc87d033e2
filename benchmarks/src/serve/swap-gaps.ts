import { setTimeout as sleep } from 'node:timers/promises';
import { inferenceService } from './contenders.ts';
import { mlp, SPEC } from './model.ts';
import type { Setting } from './setting.ts';

/** How long clients waited between answers. */
export interface SwapFigures {
  /** Swaps that were seen in the answers. */
  readonly swaps: number;
  /** Longest time between two answers from the event of a swap to the first answer of the new version, ms. */
  readonly longestDuringSwap: number;
  /** The same over stretches of the same stream without a swap, ms. */
  readonly longestOtherwise: number;
}

/** Time between two versions. */
const PERIOD_MS = 400;

/** Publishes new versions while the service answers preloaded requests flat out, and reads the gaps off the answers. */
export async function measureSwaps(setting: Setting, count: number): Promise<SwapFigures> {
  const { bus, registry } = setting;
  const service = inferenceService(setting).start();
  const published: { version: number; at: number }[] = [];
  try {
    await Promise.race([service.ready, service.failed]);
    while ((await answered(setting)) === 0) await Promise.race([sleep(10), service.failed]);
    for (let seed = 2; (await answered(setting)) < count; seed++) {
      const version = await Promise.race([
        registry.register({ spec: SPEC, onnx: mlp(seed), profile: null, metrics: {}, publish: true }),
        service.failed,
      ]);
      published.push({
        version,
        at: registry.model(SPEC.model)?.state.versions.get(version)?.publishedAt ?? 0,
      });
      await Promise.race([sleep(PERIOD_MS), service.failed]);
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

/** The longest distance between neighbours in sorted times: where it touches one of the stretches, and elsewhere. Pure. */
export function longestGaps(
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

async function answered({ bus }: Setting): Promise<number> {
  const ranges = await bus.offsets('inference.predictions');
  return ranges.reduce((sum, { high }) => sum + high, 0);
}
