import type { Bus } from '@driftloop/bus';
import { SERVING_GROUP } from '@driftloop/schemas';

/** Requests that the inference service has not answered; 0 where none has ever run. */
export async function servingLag(bus: Pick<Bus, 'offsets' | 'groupOffsets'>): Promise<number> {
  const [ends, positions] = await Promise.all([
    bus.offsets('inference.requests'),
    bus.groupOffsets(SERVING_GROUP, 'inference.requests'),
  ]);
  const committed = new Map(positions.map(({ partition, offset }) => [partition, offset]));
  return ends.reduce((sum, { partition, low, high }) => {
    const offset = committed.get(partition) ?? -1;
    // Without a commit nobody serves here: there is nobody to make way for.
    return offset < 0 ? sum : sum + Math.max(0, high - Math.max(low, offset));
  }, 0);
}
