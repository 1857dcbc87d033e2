import { readFileSync } from 'node:fs';

/**
 * CPU seconds that all threads of a process, and its child processes, have used; undefined where
 * the system does not say. Linux counts in ticks of 10 ms: fields 14 (user) and 15 (system) of its
 * stat file, see proc(5).
 */
export function cpuSecondsOf(pid: number): number | undefined {
  try {
    // The name of the program is in parentheses and may hold spaces; the fields after it begin with
    // number 3.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    const ofChildren = children.reduce((sum, child) => sum + (cpuSecondsOf(Number(child)) ?? 0), 0);
    return (Number(fields[11]) + Number(fields[12])) / 100 + ofChildren;
  } catch {
    return undefined;
  }
}
