import type { Bus } from '@driftloop/bus';
import { type Latencies, latenciesOf } from '../harness/latencies.ts';

/** Newest records that are looked at, per partition. */
const SAMPLE = 20_000;

/** How long the newest requests waited for their live answers, as Kafka stamped both. */
export async function latencyOf(bus: Bus): Promise<Latencies> {
  const partitions = (await bus.offsets('inference.requests')).map(({ partition }) => partition);
  const asked = new Map<string, number>();
  for (const partition of partitions)
    for (const { value, timestamp } of await bus.tail('inference.requests', partition, SAMPLE))
      asked.set(value.requestId, timestamp);
  const waits: number[] = [];
  for (const partition of partitions)
    for (const { value, timestamp } of await bus.tail('inference.predictions', partition, SAMPLE)) {
      const at = value.role === 'shadow' ? undefined : asked.get(value.requestId);
      if (at !== undefined) waits.push(timestamp - at);
    }
  return latenciesOf(waits);
}
