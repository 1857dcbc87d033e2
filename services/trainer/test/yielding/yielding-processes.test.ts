import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DriftloopError } from '@driftloop/errors';
import { createLogger, systemClock } from '@driftloop/service';
import { createTrainingProcesses, type TrainingProcesses } from '../../src/run/spawn.ts';
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
    mostP99Ms: 0,
    mostRestMs: 60_000,
    // The run has begun before anybody looks.
    clock: { ...systemClock, sleep: (_, signal) => hasBegun.then(() => systemClock.sleep(20, signal)) },
    logger: createLogger({ name: 'test', level: 'silent' }),
    onRest: () => rests++,
    async servingLoad() {
      const pid = processes.pid();
      if (pid !== undefined) seen.push(stateOf(pid));
      return { lag: ++looks <= 5 ? 11 : 0, p99Ms: 0 };
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

/**
 * A run that goes on until `looks` looks at the lag have been answered, on a clock of a second a
 * look; what it was told to do after which of them: R for rest, T for go on.
 */
async function told(looks: number, lagOf: (look: number) => number | DriftloopError): Promise<string> {
  let turns = '';
  let look = 0;
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const processes: Pick<TrainingProcesses, 'run' | 'hold'> = {
    async run() {
      await ended;
      return {} as Awaited<ReturnType<TrainingProcesses['run']>>;
    },
    hold: (isHeld) => {
      turns += `${isHeld ? 'R' : 'T'}${look}`;
    },
  };
  let nowMs = 0;
  const yielding = yieldingProcesses(processes as TrainingProcesses, {
    mostLag: 10,
    mostP99Ms: 0,
    mostRestMs: 3_000,
    clock: {
      monotonicMs: () => nowMs,
      async sleep() {
        nowMs += 1_000;
        if (look === looks) end();
        // The run ends before the next look.
        if (look === looks) await new Promise(setImmediate);
      },
    },
    logger: createLogger({ name: 'test', level: 'silent' }),
    onRest: () => undefined,
    async servingLoad() {
      const lag = lagOf(look++);
      if (lag instanceof DriftloopError) {
        if (!lag.retriable) end();
        throw lag;
      }
      return { lag, p99Ms: 0 };
    },
  });
  await yielding.run(JOB, { signal: new AbortController().signal, onProgress: () => undefined });
  return turns;
}

test('a lag that may not be read ends no run, and nothing rests for it', async () => {
  const denied = new DriftloopError('KAFKA_UNAVAILABLE', 'not allowed', { retriable: false });
  assert.equal(await told(9, () => denied), '');
  assert.equal(await told(9, (look) => (look < 2 ? 11 : denied)), 'R1T3');
});

test('a rest ends when it has lasted as long as one may, also where Kafka does not answer', async () => {
  const away = new DriftloopError('KAFKA_UNAVAILABLE', 'away');
  assert.equal(await told(9, (look) => (look < 1 ? 11 : away)), 'R1T4');
  assert.equal(await told(9, () => away), '');
});
