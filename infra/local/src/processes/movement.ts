import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { logSize } from './part-process.ts';

/** A process that computes for less of the time only waits: a JVM at rest takes 1 to 2 %. */
const WORKING_SHARE = 0.05;
/** A clock tick or two says nothing. */
const LEAST_WORK_MS = 100;
/** Linux counts a process's time in hundredths of a second, whatever the kernel's own tick is. */
const MS_PER_TICK = 10;

/** Tells a start that takes long, beside other work, from one that stands still. */
export interface Movement {
  /**
   * How long neither the log has grown nor the process has computed, ms. Call it at least every few
   * seconds.
   */
  stalledMs(): number;
}

/** What movement is read from; tests pass their own. */
export interface MovementSource {
  /** Grows with each line of the log that tells of progress. */
  logBytes(): number;
  /** CPU time of the process so far, ms; undefined where the system does not tell. */
  cpuMs(): number | undefined;
  /** Monotonic clock, ms. */
  now(): number;
}

/** Watches a process that starts, from now on. */
export function watchMovement(pid: number, log: string): Movement {
  return movementOf({
    logBytes: () => logSize(log),
    cpuMs: () => cpuTimeMs(pid),
    now: () => performance.now(),
  });
}

/** The same over any source. */
export function movementOf(source: MovementSource): Movement {
  let movedAt = source.now();
  let bytes = source.logBytes();
  let cpu = source.cpuMs();
  return {
    stalledMs() {
      const now = source.now();
      const [bytesNow, cpuNow] = [source.logBytes(), source.cpuMs()];
      const work = (cpuNow ?? 0) - (cpu ?? 0);
      if (bytesNow !== bytes || work >= Math.max(LEAST_WORK_MS, WORKING_SHARE * (now - movedAt))) {
        movedAt = now;
        bytes = bytesNow;
        cpu = cpuNow;
      }
      return now - movedAt;
    },
  };
}

/**
 * CPU time that a process has taken, in all its threads, ms; undefined when it is gone or the
 * system does not tell.
 */
export function cpuTimeMs(pid: number): number | undefined {
  try {
    if (process.platform !== 'linux') return psTimeMs(pid);
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
  } catch {
    return undefined;
  }
}

/** `ps` writes [[days-]hours:]minutes:seconds. */
function psTimeMs(pid: number): number | undefined {
  const text = execFileSync('ps', ['-o', 'time=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  const match = /^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)$/.exec(text);
  if (match === null) return undefined;
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return ((((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1_000;
}
