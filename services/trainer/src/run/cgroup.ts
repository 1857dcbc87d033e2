import { accessSync, constants, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DriftloopError } from '@driftloop/errors';

/** Of 1 to 10,000; what is not said weighs 100 (Linux, Documentation/admin-guide/cgroup-v2.rst). */
const CPU_WEIGHT = 10;

/** A control group that training processes are put into. */
export interface TrainingGroup {
  /** Puts a process, and what it starts, into the group. */
  take(pid: number): void;
}

/**
 * Prepares a cgroup v2 that was made over to this process: a tenth of the usual CPU weight, and the
 * memory that a run may hold, where the group has these controllers.
 *
 * @param folder of the group, below /sys/fs/cgroup
 * @param mostMemoryMb 0 for no limit
 * @throws DriftloopError CONFIG_INVALID where it is no cgroup v2, or cannot be written to
 */
export function openTrainingGroup(folder: string, mostMemoryMb = 0): TrainingGroup {
  const procs = join(folder, 'cgroup.procs');
  const refuse = (why: string, cause?: unknown) =>
    new DriftloopError(
      'CONFIG_INVALID',
      `TRAINER_CGROUP '${folder}' ${why}. Name a cgroup v2 that this user may write to, or leave it empty.`,
      { cause },
    );
  try {
    accessSync(procs, constants.W_OK);
    setWhereThere(folder, 'cpu.weight', String(CPU_WEIGHT));
    setWhereThere(folder, 'memory.max', mostMemoryMb > 0 ? String(mostMemoryMb * 2 ** 20) : 'max');
  } catch (error) {
    throw refuse(`cannot be used: ${error instanceof Error ? error.message : error}`, error);
  }
  return {
    take(pid) {
      try {
        writeFileSync(procs, String(pid));
      } catch (error) {
        // It has ended already; who waits for it hears that.
        if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return;
        throw refuse(`does not take process ${pid}`, error);
      }
    },
  };
}

function setWhereThere(folder: string, name: string, value: string): void {
  const file = join(folder, name);
  if (existsSync(file)) writeFileSync(file, value);
}
