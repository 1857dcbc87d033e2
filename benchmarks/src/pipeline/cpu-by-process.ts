import type { Fleet } from '@driftloop/cli';
import type { RunStack } from '@driftloop/invariance';
import { cpuSecondsOf } from '../harness/process-cpu.ts';

/** Process → CPU seconds; `producer` is the benchmark itself. */
export type CpuByProcess = ReadonlyMap<string, number>;

/** What every process has used since it began. */
export function cpuByProcess(stack: RunStack, fleet: Fleet): CpuByProcess {
  const { user, system } = process.cpuUsage();
  const used = new Map([['producer', (user + system) / 1e6]]);
  for (const { name, pid } of stack.parts) if (pid !== undefined) used.set(name, cpuSecondsOf(pid) ?? 0);
  for (const [name, { pid }] of fleet.services) used.set(name, cpuSecondsOf(pid) ?? 0);
  return used;
}

/** Microseconds of CPU that each process has used per row since. */
export function microsPerRow(before: CpuByProcess, now: CpuByProcess, rows: number): Record<string, number> {
  const perRow = [...now].map(([name, seconds]) => {
    const micros = ((seconds - (before.get(name) ?? 0)) * 1e6) / rows;
    return [name, Math.round(micros * 10) / 10] as const;
  });
  return Object.fromEntries(perRow.sort(([, a], [, b]) => b - a));
}
