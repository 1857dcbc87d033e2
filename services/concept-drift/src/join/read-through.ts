import type { Connections } from '@driftloop/connections';

/**
 * Waits until ClickHouse has read the answers before these offsets, by partition; all that there
 * are where none are given.
 */
export function createReadThrough({ bus, warehouse }: Pick<Connections, 'bus' | 'warehouse'>) {
  const read = new Map<number, number>();
  return async (offsets: ReadonlyMap<number, number> | undefined) => {
    const isRead =
      offsets && [...offsets].every(([partition, offset]) => offset <= (read.get(partition) ?? 0));
    if (isRead) return;
    // Those of a topic that was made anew end before.
    const ends = (await bus.offsets('inference.predictions')).map(({ partition, high }) => ({
      partition,
      offset: offsets ? Math.min(high, offsets.get(partition) ?? 0) : high,
    }));
    await warehouse.waitForIngest('inference.predictions', ends);
    for (const [partition, offset] of offsets ?? []) read.set(partition, offset);
  };
}
