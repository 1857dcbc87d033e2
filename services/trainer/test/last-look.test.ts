import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOrtEngine } from '@driftloop/engine-ort';
import type { LabelledRows } from '@driftloop/spec';
import { executeJob } from '../src/run/execute.ts';
import { jobOf, rowsOf } from './fixtures/job.ts';

const hooks = (fresh: LabelledRows | undefined) => ({
  now: () => performance.now(),
  onProgress: () => {},
  onWarning: () => {},
  freshRows: async () => fresh,
});
const job = jobOf(rowsOf(3000, 4));
/** The concept has turned round since: whoever has learnt the old one is wrong. */
const turned = (rows: LabelledRows): LabelledRows => ({
  ...rows,
  labels: rows.labels.map((label) => 1 - label),
});

test('a candidate that passes the gate goes live unless the rows that came meanwhile speak against it', async () => {
  const engine = createOrtEngine();
  const undisturbed = await executeJob(engine, job, hooks(undefined));
  assert.equal(undisturbed.accepted, true);
  assert.equal(undisturbed.isLate, true, 'what has come meanwhile is not known');
  const alike = await executeJob(engine, job, hooks(rowsOf(500, 4)));
  assert.equal(alike.accepted, true);
  assert.equal(alike.isLate, false);
  const { lengthMs } = job.spec.window;
  const later = rowsOf(500, 4);
  const moved = { ...later, eventTimes: later.eventTimes.map((time) => time + 17 * lengthMs) };
  assert.equal((await executeJob(engine, job, hooks(moved))).isLate, true);
  const late = await executeJob(engine, job, hooks(turned(rowsOf(500, 4))));
  assert.equal(late.accepted, false);
  assert.equal(late.restoreVersion, undefined);
  assert.match(late.reasons.join(), /500 rows whose labels came while it was trained .* version 1 /);
});

test('a version that the spec has answer in shadow comes back where it does best', async () => {
  const engine = createOrtEngine();
  const { model } = await executeJob(engine, jobOf(turned(rowsOf(3000, 4))), hooks(undefined));
  const shadowed = {
    ...job,
    version: 2,
    earlier: [{ version: 1, model }],
    spec: { ...job.spec, rollout: { ...job.spec.rollout, shadowVersions: [1] } },
  };
  const outcome = await executeJob(engine, shadowed, hooks(turned(rowsOf(500, 4))));
  assert.equal(outcome.accepted, false);
  assert.equal(outcome.restoreVersion, 1);
});
