import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@driftloop/service';
import { letterCounts, type Warehouse } from '@driftloop/warehouse';
import type { Meters } from './meters.ts';

/** Whether ClickHouse answers. */
export interface WarehouseWatch {
  /** Why it does not; undefined while it does. */
  trouble(): string | undefined;
  close(): void;
}

const EVERY_MS = 10_000;
/** Counting costs more the more there are. */
const LOOKS_PER_COUNT = 6;

/**
 * Asks ClickHouse again and again, from now on: whether it answers, and each minute what became of
 * dead letters, for the metric.
 */
export function watchWarehouse(
  warehouse: Pick<Warehouse, 'query' | 'database'>,
  meters: Meters,
  logger: Logger,
  everyMs = EVERY_MS,
): WarehouseWatch {
  const closing = new AbortController();
  let reason: string | undefined;
  let looks = 0;
  const count = async () => {
    const counts = await letterCounts(warehouse);
    meters.letters.reset();
    for (const { topic, code, state, letters } of counts) meters.letters.set({ topic, code, state }, letters);
  };
  const look = async () => {
    try {
      if (looks++ % LOOKS_PER_COUNT === 0) await count();
      else await warehouse.query('SELECT 1 AS one');
      if (reason !== undefined) logger.info('ClickHouse answers again');
      reason = undefined;
    } catch (error) {
      if (reason === undefined) logger.warn({ err: error }, 'ClickHouse does not answer');
      reason = error instanceof Error ? error.message : String(error);
    }
    meters.warehouse.set(reason === undefined ? 1 : 0);
  };
  const watch = async () => {
    while (!closing.signal.aborted) {
      await look();
      await sleep(everyMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  };
  void watch();
  return { trouble: () => reason, close: () => closing.abort() };
}
