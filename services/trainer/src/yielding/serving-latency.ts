import type { Bus } from '@driftloop/bus';

/** Newest answers that are looked at, of each partition. */
const NEWEST = 64;
/** Answers that are older say nothing of now, ms. */
const RECENT_MS = 10_000;
/** A percentile of fewer is chance. */
const LEAST = 20;

/**
 * 99th percentile of the milliseconds from requests to their answers, by Kafka's timestamp of the
 * request and the clock of who answered: of the newest answers that were served, at most 64 of a
 * partition and 10 s old. 0 where there are fewer than 20.
 *
 * @param now wall clock, epoch milliseconds
 */
export async function servingP99(bus: Pick<Bus, 'offsets' | 'tail'>, now: number): Promise<number> {
  const partitions = await bus.offsets('inference.predictions');
  const tails = await Promise.all(
    partitions.map(({ partition }) => bus.tail('inference.predictions', partition, NEWEST)),
  );
  const waits = tails
    .flat()
    .map(({ value }) => value)
    .filter(({ role, requestTime = -1, servedAt }) => {
      return role !== 'shadow' && requestTime >= 0 && now - servedAt <= RECENT_MS;
    })
    .map(({ servedAt, requestTime = servedAt }) => Math.max(0, servedAt - requestTime))
    .sort((a, b) => a - b);
  return waits.length < LEAST ? 0 : (waits[Math.ceil(0.99 * waits.length) - 1] ?? 0);
}
