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

/**
 * Asks ClickHouse again and again what became of dead letters, from now on: for the metric, and to
 * know whether it answers.
 */
export function watchWarehouse(
  warehouse: Pick<Warehouse, 'query' | 'database'>,
  meters: Meters,
  logger: Logger,
  everyMs = EVERY_MS,
): WarehouseWatch {
  const closing = new AbortController();
  let reason: string | undefined;
  const look = async () => {
    try {
      const counts = await letterCounts(warehouse);
      meters.letters.reset();
      for (const { topic, code, state, letters } of counts)
        meters.letters.set({ topic, code, state }, letters);
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
      await sleep(everyMs, undefined, { signal: closing.signal, ref: false }).catch(() => undefined);
    }
  };
  void watch();
  return { trouble: () => reason, close: () => closing.abort() };
}
