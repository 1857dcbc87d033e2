import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StudyEvent } from '@driftloop/schemas';
import { createRandom } from '@driftloop/stats';
import { jobsOf } from '../src/design/jobs.ts';
import { applyEvent, isFinished, isReady, type Studies } from '../src/jobs/state.ts';
import { studyTable } from '../src/outcome/table.ts';

const DEFINITION = {
  study: 's',
  design: { kind: 'grid' },
  parameters: { x: [1, 2, 3] },
  steps: [
    { name: 'run', run: 'true' },
    { name: 'collect', run: 'true', for: 'all', after: ['run'] },
  ],
  attempts: 2,
  leaseMs: 1_000,
};

function begun() {
  const studies: Studies = new Map();
  let offset = 0;
  const tell = (
    kind: StudyEvent['kind'],
    job: string,
    worker: string,
    attempt: number,
    at: number,
    body = '',
  ) => {
    applyEvent(studies, {
      offset: offset++,
      timestamp: at,
      value: { study: 's', job, kind, worker, attempt, body },
    });
    return studies.get('s')?.states.get(job);
  };
  tell('planned', '', 'me', 0, 0, JSON.stringify(DEFINITION));
  return { studies, tell, state: studies.get('s') ?? assert.fail() };
}

test('of two who claim a job the first in the log has it, until its lease is over', () => {
  const { tell } = begun();
  assert.equal(tell('claimed', 'run/0', 'a', 1, 0)?.worker, 'a');
  assert.equal(tell('claimed', 'run/0', 'b', 1, 1)?.worker, 'a');
  assert.equal(tell('claimed', 'run/0', 'b', 2, 999)?.worker, 'a');
  assert.equal(tell('claimed', 'run/0', 'a', 1, 999)?.leaseUntil, 1_999);
  assert.equal(tell('claimed', 'run/0', 'b', 2, 1_999)?.worker, 'b');
  assert.equal(tell('claimed', 'run/0', 'a', 1, 2_000)?.worker, 'b');
});

test('the first result counts, also of one whose lease is over', () => {
  const { tell } = begun();
  tell('claimed', 'run/0', 'a', 1, 0);
  tell('claimed', 'run/0', 'b', 2, 5_000);
  assert.deepEqual(tell('done', 'run/0', 'a', 1, 5_001, '{"y":1}')?.result, { y: 1 });
  assert.deepEqual(tell('done', 'run/0', 'b', 2, 5_002, '{"y":2}')?.result, { y: 1 });
  assert.equal(tell('claimed', 'run/0', 'c', 3, 99_000)?.status, 'done');
});

test('a job has failed after as many failures as it may have, and what comes after it is not begun', () => {
  const { tell, state } = begun();
  tell('claimed', 'run/0', 'a', 1, 0);
  assert.equal(tell('failed', 'run/0', 'a', 1, 1, 'no')?.status, 'waiting');
  tell('claimed', 'run/0', 'a', 2, 2);
  assert.equal(tell('failed', 'run/0', 'a', 2, 3, 'no')?.status, 'failed');
  for (const job of ['run/1', 'run/2']) {
    assert.equal(isFinished(state), false);
    tell('claimed', job, 'a', 1, 4);
    tell('done', job, 'a', 1, 5, '{}');
  }
  assert.equal(state.jobs.filter((job) => isReady(state, job, 9_999)).length, 0);
  assert.equal(isFinished(state), true);
});

test('workers that end at a job again and again do not keep a study for ever', () => {
  const { tell } = begun();
  for (let attempt = 1; attempt <= 20; attempt++)
    tell('claimed', 'run/0', `w${attempt}`, attempt, attempt * 1_000);
  assert.equal(tell('failed', 'run/0', 'other', 20, 20_999, 'lost')?.status, 'claimed');
  assert.equal(tell('failed', 'run/0', 'other', 20, 21_000, 'lost')?.status, 'failed');
});

test('whatever is written, in whatever order, a result stays and the table is a function of the log', () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = createRandom(seed);
    const [one, other] = [begun(), begun()];
    const kinds = ['claimed', 'claimed', 'done', 'failed'] as const;
    const results = new Map<string, unknown>();
    for (let i = 0, at = 0; i < 120; i++) {
      at += random.integer(600);
      const kind = kinds[random.integer(4)] ?? 'claimed';
      const job = ['run/0', 'run/1', 'run/2', 'collect', 'none'][random.integer(5)] ?? '';
      const given = [kind, job, `w${random.integer(3)}`, 1 + random.integer(5), at, `{"y":${i}}`] as const;
      const own = one.tell(...given);
      other.tell(...given);
      if (own?.status === 'done' || own?.status === 'failed') {
        if (results.has(job)) assert.deepEqual(own, results.get(job));
        results.set(job, own);
      }
    }
    assert.deepEqual(studyTable(one.state), studyTable(other.state));
  }
});

test('a study whose id would lead out of its folder is none', () => {
  const studies: Studies = new Map();
  const body = JSON.stringify(DEFINITION);
  for (const study of ['..', '../../etc', '/etc', 'a/b', '.drafts', ''])
    applyEvent(studies, {
      offset: 0,
      timestamp: 0,
      value: { study, job: '', kind: 'planned', worker: 'me', attempt: 0, body },
    });
  assert.deepEqual([...studies.keys()], []);
});

test('halving is planned when a round is over, not with each of its jobs, and as if it had been', () => {
  const study = {
    study: 'h',
    design: { kind: 'halving', samples: 27, rounds: 3, factor: 3 },
    parameters: { x: { from: 0, to: 1 } },
    backtest: { model: 'm' },
    attempts: 1,
  };
  const studies: Studies = new Map();
  let offset = 0;
  const tell = (kind: StudyEvent['kind'], job: string, body: string) => {
    const value = { study: 'h', job, kind, worker: 'w', attempt: kind === 'planned' ? 0 : 1, body };
    applyEvent(studies, { offset: offset++, timestamp: offset, value });
  };
  tell('planned', '', JSON.stringify(study));
  const state = studies.get('h');
  assert.ok(state);
  let plans = 0;
  const random = createRandom(1);
  for (let jobs = state.jobs, waiting = [...jobs]; waiting.length > 0; ) {
    const [job] = waiting.splice(random.integer(waiting.length), 1);
    tell('claimed', job?.id ?? '', '');
    if (random.uniform() < 0.2) tell('failed', job?.id ?? '', 'no luck');
    else tell('done', job?.id ?? '', JSON.stringify({ alarms: random.integer(9) }));
    tell('done', job?.id ?? '', JSON.stringify({ alarms: 0 }));
    assert.deepEqual(
      state.jobs,
      jobsOf(state.study, (id) => {
        const own = state.states.get(id);
        return own?.status === 'failed' ? null : own?.result;
      }),
    );
    if (state.jobs === jobs) continue;
    plans++;
    const known = new Set(jobs.map(({ id }) => id));
    waiting = state.jobs.filter(({ id }) => !known.has(id));
    jobs = state.jobs;
  }
  assert.equal(plans, 3);
  assert.ok(isFinished(state));
});
