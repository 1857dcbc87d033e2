import type { Bus } from '@driftloop/bus';

/** From a request to its answer, by the broker's clock, ms. */
export interface Latency {
  readonly answers: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Newest records that are looked at, per partition. */
const SAMPLE = 20_000;

/** The waits of the newest requests for their live answers, as Kafka stamped both. */
export async function latencyOf(bus: Bus): Promise<Latency> {
  const asked = new Map<string, number>();
  const { partitions } = await partitionsOf(bus);
  for (const partition of partitions)
    for (const { value, timestamp } of await bus.tail('inference.requests', partition, SAMPLE))
      asked.set(value.requestId, timestamp);
  const waits: number[] = [];
  for (const partition of partitions)
    for (const { value, timestamp } of await bus.tail('inference.predictions', partition, SAMPLE)) {
      const at = value.role === 'shadow' ? undefined : asked.get(value.requestId);
      if (at !== undefined) waits.push(timestamp - at);
    }
  waits.sort((a, b) => a - b);
  const rank = (share: number) => waits[Math.max(0, Math.ceil(share * waits.length) - 1)] ?? Number.NaN;
  return { answers: waits.length, p50: rank(0.5), p99: rank(0.99), max: rank(1) };
}

async function partitionsOf(bus: Bus): Promise<{ partitions: number[] }> {
  return { partitions: (await bus.offsets('inference.requests')).map(({ partition }) => partition) };
}
