import type { Connections } from '@driftloop/connections';

/**
 * Waits until ClickHouse has read the answers before these offsets, by partition; all that there
 * are where none are given.
 */
export function createReadThrough({ bus, warehouse }: Pick<Connections, 'bus' | 'warehouse'>) {
  const read = new Map<number, number>();
  return async (offsets: ReadonlyMap<number, number> | undefined) => {
    // As they are now: more goes from memory while ClickHouse is waited for.
    const wanted = offsets && new Map(offsets);
    if (wanted && [...wanted].every(([partition, offset]) => offset <= (read.get(partition) ?? 0))) return;
    // Those of a topic that was made anew end before.
    const ends = (await bus.offsets('inference.predictions')).map(({ partition, high }) => ({
      partition,
      offset: wanted ? Math.min(high, wanted.get(partition) ?? 0) : high,
    }));
    await warehouse.waitForIngest('inference.predictions', ends);
    for (const { partition, offset } of ends) read.set(partition, offset);
  };
}
