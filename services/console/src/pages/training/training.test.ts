import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandRow, HistoryRow } from '../../queries/history.ts';
import type { RunReport } from '../../queries/training.ts';
import { judgementOf, lossOf, milestones, runsOf } from './runs.ts';
import { trainingSearch } from './search.ts';

const command = (commandId: string, phase: string | null, action = 'retrain'): CommandRow => ({
  commandId,
  action,
  baseVersion: 1,
  restoreVersion: null,
  eventTime: 1,
  issuedAt: 1,
  issuedBy: 'ensemble',
  selection: [],
  strategy: 'naive',
  reasons: [],
  progress:
    phase === null ? null : { phase, version: null, step: 1, steps: 2, loss: null, message: '', at: 2 },
});

test('what is under way or waits comes first in its order, then what is over, newest first', () => {
  const runs = runsOf([
    command('a', 'published'),
    command('b', 'rejected'),
    command('c', null, 'restore'),
    command('d', 'training'),
    command('e', null),
  ]);
  assert.deepEqual(
    runs.map(({ command: { commandId }, phase }) => [commandId, phase]),
    [
      ['d', 'training'],
      ['e', 'waiting'],
      ['b', 'rejected'],
      ['a', 'published'],
    ],
  );
});

const report = (
  step: number,
  loss: number | null,
  phase = 'training',
  message = `step ${step} of 9`,
): RunReport => ({
  phase,
  version: null,
  step,
  steps: 9,
  loss,
  metrics: {},
  message,
  at: step,
});

test('a loss is drawn by steps; a run that was begun again counts from where it goes on', () => {
  assert.deepEqual(lossOf([report(1, 0.9), report(5, 0.5), report(1, 0.8), report(3, null)]), {
    steps: [1, 5],
    losses: [0.8, 0.5],
  });
  assert.equal(lossOf([report(0, null), report(5, 0.5)]), undefined);
});

test('of many reports of steps the first is a milestone', () => {
  const told = [
    report(0, null, 'queued', 'waits'),
    report(1, 1),
    report(2, 1),
    report(2, 1, 'validating', 'gate'),
    report(2, 1, 'training', 'once more'),
  ];
  assert.deepEqual(
    milestones(told).map(({ message }) => message),
    ['waits', 'step 1 of 9', 'gate', 'once more'],
  );
});

test('the gate is the first judgement about the candidate of the run, with all that was measured', () => {
  const step = (kind: string, metrics: Record<string, number>, commandId = 'a'): HistoryRow => ({
    version: 3,
    kind,
    at: 1,
    eventTime: 1,
    liveVersion: 1,
    restoredVersion: null,
    parentVersion: 1,
    commandId,
    metrics,
    reasons: [`because ${kind}`],
    actor: 'trainer',
    artifact: '',
    sha256: '',
  });
  const steps = [
    step('candidate', { accuracy: 0.8 }),
    step('shadow', { pWorse: 0.3 }),
    step('published', {}),
  ];
  assert.deepEqual(judgementOf(steps, 'a'), {
    version: 3,
    kind: 'shadow',
    metrics: { accuracy: 0.8, pWorse: 0.3 },
    checks: ['because shadow'],
  });
  assert.equal(judgementOf(steps, 'b'), undefined);
  assert.equal(judgementOf(steps.slice(0, 1), 'a'), undefined);
});

test('the address names a run, whatever its id looks like', () => {
  assert.deepEqual(trainingSearch({ run: 12 }), { run: '12' });
  assert.deepEqual(trainingSearch({ run: ['x'] }), {});
});
