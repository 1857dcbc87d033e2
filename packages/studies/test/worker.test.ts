import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DriftloopError } from '@driftloop/errors';
import { createLogger } from '@driftloop/service';
import { checkStudy } from '../src/design/study.ts';
import { planStudy } from '../src/jobs/follow-studies.ts';
import { applyEvent, isFinished, type Studies } from '../src/jobs/state.ts';
import { createWorker, type WorkerOptions } from '../src/jobs/worker.ts';
import { studyTable } from '../src/outcome/table.ts';
import { createTopic } from './topic.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const LEASE_MS = 1_000;

const study = checkStudy(
  {
    study: 's',
    design: { kind: 'sobol', samples: 40 },
    parameters: { x: { from: 0, to: 1 }, y: { from: 0, to: 1 } },
    steps: [
      { name: 'simulate', run: 'true' },
      { name: 'collect', run: 'true', for: 'all', after: ['simulate'] },
    ],
    objectives: [
      { of: 'a', wanted: 'low' },
      { of: 'b', wanted: 'low' },
    ],
    leaseMs: LEASE_MS,
  },
  'test',
);

/** Runs the study on so many workers until nothing is left of it. */
async function runOn(workers: number, run: WorkerOptions['run']) {
  const topic = createTopic();
  const studies: Studies = new Map();
  const finished = Promise.withResolvers<void>();
  const id = await planStudy(topic.producer, study, 'me');
  await topic.bus.follow('study.events', (records) => {
    for (const record of records) applyEvent(studies, record);
    const state = studies.get(id);
    if (state && isFinished(state)) finished.resolve();
  });
  // Time passes while somebody waits.
  const clock = {
    now: topic.now,
    monotonicMs: topic.now,
    sleep: async (ms: number, signal?: AbortSignal) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (!signal?.aborted) topic.pass(Math.min(ms, 50));
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
  const { bus, producer } = topic;
  const all = Array.from({ length: workers }, (_, i) =>
    createWorker({ bus, producer, name: `w${i}`, clock, logger, run, fail: finished.reject }),
  );
  await Promise.all(all.map((worker) => worker.start()));
  await finished.promise;
  await Promise.all(all.map((worker) => worker.stop()));
  return { table: studyTable(studies.get(id) ?? assert.fail()), topic };
}

const results: WorkerOptions['run'] = async ({ job }) => {
  await new Promise((resolve) => setImmediate(resolve));
  const { x = 0, y = 0 } = job.values;
  return job.sample === null ? { collected: 1 } : { a: Number(x), b: Number(y) };
};

test('one worker or four come to the same, byte for byte', async () => {
  const [one, four] = [await runOn(1, results), await runOn(4, results)];
  assert.equal(one.table.counts.done, 41);
  assert.deepEqual(one.table.all, { collect: { collected: 1 } });
  assert.equal(JSON.stringify(four.table), JSON.stringify(one.table));
  const names = new Set(four.topic.records.map(({ value }) => value.worker));
  assert.ok(names.size > 2, 'several have worked');
});

test('each job is done by one worker at a time, and once', async () => {
  const running = new Set<string>();
  const done = new Map<string, number>();
  await runOn(4, async (picked, signal) => {
    const { id } = picked.job;
    assert.ok(!running.has(id), `${id} is done by two at once`);
    running.add(id);
    const result = await results(picked, signal);
    running.delete(id);
    done.set(id, (done.get(id) ?? 0) + 1);
    return result;
  });
  assert.equal(done.size, 41);
  assert.ok([...done.values()].every((times) => times === 1));
});

test('a job that fails is tried again, and in the end it has failed with its reason', async () => {
  let tries = 0;
  const { table } = await runOn(2, async (picked, signal) => {
    if (picked.job.id !== 'simulate/7') return results(picked, signal);
    tries++;
    throw new DriftloopError('REQUEST_INVALID', 'seven is odd');
  });
  assert.equal(tries, 3);
  const row = table.rows[7];
  assert.deepEqual([row?.status, row?.reason], ['failed', 'REQUEST_INVALID: seven is odd']);
  assert.equal(table.counts.done, 39);
  assert.equal(table.counts.waiting, 1, 'what comes after it is not begun');
});
