import type { Bus } from '@driftloop/bus';
import { SERVING_GROUP } from '@driftloop/schemas';

/** How far the requests of a partition have come, and the inference service with them. */
export interface Progress {
  readonly low: number;
  /** One past the last request, or past what a transaction has left behind it. */
  readonly high: number;
  /** Every request before this offset has been answered or refused. */
  readonly passed: number;
}

/** Asks Kafka how far the inference service has come. */
export interface ServingProgress {
  /** By partition. Ends of requests are asked for first: what comes in between is not passed. */
  look(): Promise<ReadonlyMap<number, Progress>>;
}

/** Watches the group of the inference service. */
export function createServingProgress(bus: Pick<Bus, 'offsets' | 'groupOffsets' | 'tail'>): ServingProgress {
  /** What was behind at the last look, by partition: where the group stood. */
  const behind = new Map<number, number>();
  return {
    async look() {
      const requests = await bus.offsets('inference.requests');
      const group = await bus.groupOffsets(SERVING_GROUP, 'inference.requests');
      const found = requests.map(async ({ partition, low, high }): Promise<[number, Progress]> => {
        const committed = group.find((entry) => entry.partition === partition)?.offset ?? -1;
        const passed = Math.max(low, committed);
        if (passed >= high) return [partition, { low, high, passed }];
        const stoodStill = behind.get(partition) === passed;
        behind.set(partition, passed);
        // What stands still may stand before a transaction's marker, which is no request.
        const [last] = stoodStill ? await bus.tail('inference.requests', partition, 1) : [];
        const isAtEnd = last !== undefined && last.offset < passed;
        return [partition, { low, high, passed: isAtEnd ? high : passed }];
      });
      return new Map(await Promise.all(found));
    },
  };
}
