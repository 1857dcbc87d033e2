import type { InputLog, RegisteredVersion } from '@driftloop/invariance';
import { feed, settled } from '@driftloop/invariance';
import type { Result } from '../harness/benchmark.ts';
import { cpuByProcess, microsPerRow } from './cpu-by-process.ts';
import { startLiveRun } from './live-run.ts';

/** Longer than a partition is waited for by any clock. */
const QUIET_MS = 20_000;
const TIMEOUT_MS = 600_000;

/** The whole log as fast as it can be written: how long until the last thing is concluded. */
export async function flatOut(log: InputLog, versions: readonly RegisteredVersion[]): Promise<Result> {
  const run = await startLiveRun(log, versions);
  try {
    const { bus, producer, warehouse } = run.stack.connections;
    const before = cpuByProcess(run.stack, run.fleet);
    const startedAt = performance.now();
    await feed({ producer, records: log.records });
    const fedS = (performance.now() - startedAt) / 1_000;
    const stored = storedAll();
    const lastChange = await settled(bus, { quietMs: QUIET_MS, timeoutMs: TIMEOUT_MS, signal: run.signal });
    const rows = log.records.filter(({ topic }) => topic === 'inference.requests').length;
    const storedAt = await stored;
    const seconds = (Math.max(lastChange ?? Number.NaN, storedAt) - startedAt) / 1_000;
    return {
      metric: 'rows flat out, until the last signal, verdict and row in ClickHouse',
      value: rows / seconds,
      unit: 'rows/s',
      figures: {
        rows,
        fedS,
        seconds,
        storedS: (storedAt - startedAt) / 1_000,
        microsPerRow: microsPerRow(before, cpuByProcess(run.stack, run.fleet), rows),
        ended: run.ended,
      },
    };

    /** When ClickHouse has every request, answer and label. */
    async function storedAll(): Promise<number> {
      let at = startedAt;
      for (const topic of ['inference.requests', 'inference.labels', 'inference.predictions'] as const) {
        if (topic === 'inference.predictions') await allAnswered();
        const ends = await bus.offsets(topic);
        const positions = ends.map(({ partition, high }) => ({ partition, offset: high }));
        await warehouse.waitForIngest(topic, positions, { timeoutMs: TIMEOUT_MS });
        at = performance.now();
      }
      return at;
    }

    async function allAnswered(): Promise<void> {
      const total = async (topic: 'inference.predictions' | 'inference.requests') =>
        (await bus.offsets(topic)).reduce((sum, { high }) => sum + high, 0);
      const answers = (await total('inference.requests')) * versions.length;
      while (!run.signal.aborted && (await total('inference.predictions')) < answers)
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
  } finally {
    await run.close();
  }
}
