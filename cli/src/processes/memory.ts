import { readFileSync } from 'node:fs';

/**
 * Peak resident memory of a process in bytes; 0 where the system does not tell (only Linux does
 * here).
 */
export function peakMemoryBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    // The process is gone, or this is not Linux: nothing is known.
    return 0;
  }
}
