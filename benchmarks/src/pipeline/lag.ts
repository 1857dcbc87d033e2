import type { Connections } from '@driftloop/connections';
import { READERS } from '@driftloop/invariance';

/** Reader → records that it has not read yet, over all partitions. */
export type Lags = Readonly<Record<string, number>>;

/** Topics of which ClickHouse keeps every record of the stream. */
const STORED = ['inference.requests', 'inference.predictions', 'inference.labels'] as const;

/** How far behind the ends of their topics the services and ClickHouse are. */
export async function readLags({ bus, warehouse }: Connections): Promise<Lags> {
  const ofServices = READERS.map(async ({ group, topic }) => {
    const [ends, positions] = await Promise.all([bus.offsets(topic), bus.groupOffsets(group, topic)]);
    const committed = new Map(positions.map(({ partition, offset }) => [partition, offset]));
    const behind = ends.map(
      ({ partition, low, high }) => high - Math.max(low, committed.get(partition) ?? low),
    );
    return [group, sum(behind)] as const;
  });
  const ofClickHouse = STORED.map(async (topic) => {
    const [ends, stored] = await Promise.all([bus.offsets(topic), warehouse.ingested(topic)]);
    const behind = ends.map(({ partition, low, high }) => high - Math.max(low, stored.get(partition) ?? low));
    return [`ClickHouse ${topic}`, sum(behind)] as const;
  });
  return Object.fromEntries(await Promise.all([...ofServices, ...ofClickHouse]));
}

/**
 * Whether the readers of requests, answers and labels keep up: none is further behind than it was
 * in the middle by more than `slack` records.
 */
export function keepsUp(lags: readonly Lags[], slack: number): boolean {
  const half = Math.floor(lags.length / 2);
  const [first, second] = [lags.slice(0, half), lags.slice(half)];
  const last = lags.at(-1) ?? {};
  return Object.keys(last).every((reader) => {
    // A reader commits by the second: the least of a stretch is what it is behind.
    const least = (stretch: readonly Lags[]) =>
      Math.min(...stretch.slice(-10).map((lag) => lag[reader] ?? Number.POSITIVE_INFINITY));
    return least(second) <= least(first) + slack;
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
