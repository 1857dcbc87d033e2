import type { Bus } from '@driftloop/bus';
import { extentOf, type SentIds } from './extent.ts';
import { type ProduceOptions, rowIdOf } from './produce.ts';
import type { ProduceRun } from './produce-run.ts';

/** Clocks of this machine and the broker may differ by so much. */
const CLOCK_MARGIN_MS = 60_000;

/**
 * Which of the rows that a run was sending when it ended are on their topics. Reads what was
 * written since then, and of that only what has one of the ids in question.
 */
export async function findSentIds(
  bus: Pick<Bus, 'slice'>,
  { tick, sendingUntil, sendingSince }: Pick<ProduceRun, 'tick' | 'sendingUntil' | 'sendingSince'>,
  rows: Pick<ProduceOptions, 'model' | 'table' | 'run' | 'firstRow' | 'labelDelayRows'>,
): Promise<SentIds> {
  const extent = extentOf(tick, sendingUntil, rows.table.rows, rows.labelDelayRows);
  const find = async (
    topic: 'inference.requests' | 'inference.labels',
    { from, to }: { from: number; to: number },
  ) => {
    const wanted = new Set<string>();
    for (let row = from; row < to; row += 1) wanted.add(rowIdOf(rows, row));
    const found = new Set<string>();
    if (wanted.size === 0) return found;
    const range = {
      by: 'time',
      from: sendingSince - CLOCK_MARGIN_MS,
      keep: (key: string) => wanted.has(key),
    } as const;
    for await (const records of bus.slice(topic, range)) for (const { key } of records) found.add(key);
    return found;
  };
  const [requests, labels] = await Promise.all([
    find('inference.requests', extent.requests),
    find('inference.labels', extent.labels),
  ]);
  return { requests, labels };
}
