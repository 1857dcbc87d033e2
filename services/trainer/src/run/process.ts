/** The training process: warms up, takes one job from its parent, reports, answers with the outcome, and ends. Its argument is its niceness. */
import { setPriority } from 'node:os';
import { createOrtEngine } from '@driftloop/engine-ort';
import { DriftloopError } from '@driftloop/errors';
import { executeJob } from './execute.ts';
import type { TrainingJob, TrainingMessage } from './job.ts';
import { warmUp } from './warm-up.ts';

const tell = (message: TrainingMessage) =>
  new Promise<void>((resolve, reject) => {
    process.send?.(message, undefined, undefined, (error) => (error ? reject(error) : resolve()));
  });

process.once('disconnect', () => process.exit(1));
const job = new Promise<TrainingJob>((resolve) => process.once('message', resolve));
setPriority(Number(process.argv[2]));
await warmUp();
await carryOut(await job);
process.disconnect();

async function carryOut(job: TrainingJob): Promise<void> {
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
