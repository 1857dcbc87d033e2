import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createLogger, systemClock } from '@driftloop/service';
import { createTrainingProcesses } from '../../src/run/spawn.ts';
import { yieldingProcesses } from '../../src/yielding/yielding-processes.ts';
import { jobOf, rowsOf } from '../fixtures/job.ts';

const JOB = jobOf(rowsOf(400, 1), { maxSteps: 60, strategy: 'naive' });

/** T where the system has stopped it; see proc(5). */
function stateOf(pid: number): string {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.[0] ?? '';
}

test('a process rests while requests wait, and the run ends as it would have', {
  skip: process.platform !== 'linux',
}, async () => {
  const processes = createTrainingProcesses({ nice: 10, engine: JOB.engine });
  const seen: string[] = [];
  let rests = 0;
  let looks = 0;
  let began: () => void = () => {};
  const hasBegun = new Promise<void>((resolve) => {
    began = resolve;
  });
  const yielding = yieldingProcesses(processes, {
    mostLag: 10,
    mostRestMs: 60_000,
    // The run has begun before anybody looks.
    clock: { ...systemClock, sleep: (_, signal) => hasBegun.then(() => systemClock.sleep(20, signal)) },
    logger: createLogger({ name: 'test', level: 'silent' }),
    onRest: () => rests++,
    async servingLag() {
      const pid = processes.pid();
      if (pid !== undefined) seen.push(stateOf(pid));
      return ++looks <= 5 ? 11 : 0;
    },
  });
  await processes.ready();
  try {
    const outcome = await yielding.run(JOB, {
      signal: new AbortController().signal,
      onProgress: () => began(),
    });
    assert(outcome.model.length > 0);
    assert.equal(rests, 1);
    assert(seen.includes('T'), `it was ${seen.join(', ')}`);
  } finally {
    yielding.close();
  }
});
