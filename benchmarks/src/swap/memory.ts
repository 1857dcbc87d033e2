import { readFileSync } from 'node:fs';

/**
 * Resident memory of a process and its child processes, bytes; undefined where the system does not
 * say (only Linux does here).
 */
export function residentBytes(pid: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const own = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    return children.reduce((sum, child) => sum + (residentBytes(Number(child)) ?? 0), own);
  } catch {
    return undefined;
  }
}
