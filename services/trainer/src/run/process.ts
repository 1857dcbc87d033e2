/**
 * The training process: warms up, takes jobs from its parent, one at a time, reports, and answers
 * with the outcome. Its argument is JSON: `ProcessSettings`.
 */

import { setPriority } from 'node:os';
import { DriftloopError } from '@driftloop/errors';
import type { LabelledRows } from '@driftloop/spec';
import { type EngineSettings, openEngine } from './engine.ts';
import { executeJob } from './execute.ts';
import type { TrainingJob, TrainingMessage, TrainingOrder } from './job.ts';
import { resetPeakMemory } from './peak-memory.ts';
import { warmUp } from './warm-up.ts';

/** What the process is started with. */
export interface ProcessSettings {
  /** Niceness, 0 to 19. */
  readonly nice: number;
  /** Resident memory that a run may take, MiB; 0 for no limit. @default 0 */
  readonly mostMemoryMb?: number;
  /** Folder of the cgroup v2 that the process is put into; empty for none. @default none */
  readonly cgroup?: string;
  /** Engine to warm up; each job names its own. */
  readonly engine: EngineSettings;
}

const tell = (message: TrainingMessage) =>
  new Promise<void>((resolve, reject) => {
    process.send?.(message, undefined, undefined, (error) => (error ? reject(error) : resolve()));
  });

process.once('disconnect', () => process.exit(1));
const settings: ProcessSettings = JSON.parse(process.argv[2] ?? '{}');
setPriority(settings.nice);
const warm = prepare();
// A job may come while the process warms up.
process.on('message', async (order: TrainingOrder) => {
  if (order.kind !== 'job') return;
  await warm;
  await answering(() => carryOut(order.job));
});
await warm;

async function prepare(): Promise<void> {
  await answering(async () => {
    const engine = await openEngine(settings.engine);
    await warmUp(engine);
    await tell({ kind: 'ready', engine: engine.name });
  });
}

async function carryOut(job: TrainingJob): Promise<void> {
  resetPeakMemory();
  const outcome = await executeJob(await openEngine(job.engine), job, {
    now: () => performance.now(),
    onProgress: (report) => void tell({ kind: 'progress', report }),
    onWarning: (message) => void tell({ kind: 'warning', message }),
    freshRows: askForFreshRows,
  });
  await tell({ kind: 'outcome', outcome });
}

async function askForFreshRows(): Promise<LabelledRows | undefined> {
  const answer = new Promise<LabelledRows | undefined>((resolve) => {
    const onOrder = (order: TrainingOrder) => {
      if (order.kind !== 'fresh') return;
      process.off('message', onOrder);
      resolve(order.rows);
    };
    process.on('message', onOrder);
  });
  await tell({ kind: 'fresh' });
  return answer;
}

async function answering(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof DriftloopError)) throw error;
    await tell({ kind: 'error', code: error.code, message: error.message });
  }
}
