import { setTimeout as sleep } from 'node:timers/promises';
import type { InputLog, RegisteredVersion } from '@driftloop/invariance';
import { feed } from '@driftloop/invariance';
import type { Result } from '../harness/benchmark.ts';
import { cpuByProcess, microsPerRow } from './cpu-by-process.ts';
import { keepsUp, type Lags, readLags } from './lag.ts';
import { latencyOf } from './latency.ts';
import { startLiveRun } from './live-run.ts';

const POLL_MS = 1_000;
/** A reader may be so much further behind at the end than in the middle, in seconds of rows. */
const SLACK_S = 2;
/** A producer that cannot keep the pace itself has tried no rate. */
const LEAST_PACE = 0.98;

/** Rows at a pace: whether everything keeps up, and how long answers take. */
export async function atRate(
  log: InputLog,
  versions: readonly RegisteredVersion[],
  rate: number,
): Promise<Result> {
  const rows = log.records.filter(({ topic }) => topic === 'inference.requests').length;
  const run = await startLiveRun(log, versions);
  try {
    const { connections } = run.stack;
    const { producer, bus } = connections;
    const before = cpuByProcess(run.stack, run.fleet);
    const startedAt = performance.now();
    let isFed = false;
    const feeding = feed({
      producer,
      records: log.records,
      paced: log.records.length,
      recordsPerSecond: (rate * log.records.length) / rows,
    }).finally(() => {
      isFed = true;
    });
    const lags: Lags[] = [];
    while (!isFed && !run.signal.aborted) {
      lags.push(await readLags(connections));
      await Promise.race([sleep(POLL_MS), feeding]);
    }
    await feeding;
    const pace = rows / ((performance.now() - startedAt) / 1_000);
    const cpu = microsPerRow(before, cpuByProcess(run.stack, run.fleet), rows);
    const holds =
      run.ended.length === 0 && pace >= LEAST_PACE * rate && keepsUp(lags, SLACK_S * rate * versions.length);
    const latency = await latencyOf(bus);
    return {
      metric: `${rate} rows/s for ${Math.round(rows / rate)} s: p99 from request to answer`,
      value: latency.p99,
      unit: 'ms',
      bar: 'everything keeps up',
      holds,
      figures: { rate, pace, latency, microsPerRow: cpu, lags, ended: run.ended },
    };
  } finally {
    await run.close();
  }
}
