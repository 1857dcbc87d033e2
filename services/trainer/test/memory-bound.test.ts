import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTrainingProcesses } from '../src/run/spawn.ts';
import { jobOf, rowsOf } from './fixtures/job.ts';

const JOB = jobOf(rowsOf(400, 1), { strategy: 'naive' });

test('a run that takes more memory than it may is ended, and says so; the next one has a process', {
  skip: process.platform !== 'linux',
}, async () => {
  // Node alone takes more.
  const processes = createTrainingProcesses({ nice: 10, mostMemoryMb: 20, engine: JOB.engine });
  const run = () => processes.run(JOB, { signal: new AbortController().signal, onProgress: () => {} });
  try {
    for (let time = 0; time < 2; time++)
      await assert.rejects(run(), {
        code: 'TRAINING_FAILED',
        message: /held \d+ MiB, more than TRAINER_PROCESS_MB \(20\) allows/,
      });
  } finally {
    processes.close();
  }
});
