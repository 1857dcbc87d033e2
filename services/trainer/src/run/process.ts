/** The training process: warms up, takes jobs from its parent, one at a time, reports, and answers with the outcome. Its argument is its niceness. */
import { setPriority } from 'node:os';
import { createOrtEngine } from '@driftloop/engine-ort';
import { DriftloopError } from '@driftloop/errors';
import { executeJob } from './execute.ts';
import type { TrainingJob, TrainingMessage } from './job.ts';
import { resetPeakMemory } from './peak-memory.ts';
import { warmUp } from './warm-up.ts';

const tell = (message: TrainingMessage) =>
  new Promise<void>((resolve, reject) => {
    process.send?.(message, undefined, undefined, (error) => (error ? reject(error) : resolve()));
  });

process.once('disconnect', () => process.exit(1));
setPriority(Number(process.argv[2]));
// A job may come while the process warms up.
const warm = warmUp();
process.on('message', async (job: TrainingJob) => {
  await warm;
  await carryOut(job);
});
await warm;

async function carryOut(job: TrainingJob): Promise<void> {
  resetPeakMemory();
  try {
    const engine = createOrtEngine({
      device: job.device,
      threads: job.threads,
      maxMemoryMb: job.maxMemoryMb,
    });
    const outcome = await executeJob(engine, job, {
      now: () => performance.now(),
      onProgress: (report) => void tell({ kind: 'progress', report }),
    });
    await tell({ kind: 'outcome', outcome });
  } catch (error) {
    if (!(error instanceof DriftloopError)) throw error;
    await tell({ kind: 'error', code: error.code, message: error.message });
  }
}
