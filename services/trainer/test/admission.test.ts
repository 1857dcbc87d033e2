import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RetrainCommand } from '@driftloop/schemas';
import { admit, type Standing } from '../src/admission.ts';

const standing: Standing = { live: 2, liveSince: 1_000, finished: new Set(['done']) };
const standingOf = (model: string) => (model === 'unknown' ? undefined : standing);

function command(commandId: string, fields: Partial<RetrainCommand> = {}): RetrainCommand {
  return {
    commandId,
    model: 'elec',
    baseVersion: 2,
    action: 'retrain',
    restoreVersion: null,
    eventTime: 2_000,
    issuedAt: 0,
    issuedBy: 'ensemble',
    selection: [],
    labelsThrough: [],
    strategy: 'naive',
    maxSeconds: 1,
    maxSteps: 1,
    reasons: [],
    ...fields,
  };
}

const kinds = (commands: readonly RetrainCommand[]) => admit(commands, standingOf).map(({ kind }) => kind);

test('of the commands that waited only the newest of a model runs', () => {
  assert.deepEqual(kinds([command('a'), command('b'), command('c', { model: 'other' }), command('d')]), [
    'superseded',
    'superseded',
    'run',
    'run',
  ]);
});

test('a command that has ended is not run again, and supersedes none', () => {
  assert.deepEqual(kinds([command('a'), command('done')]), ['run', 'done']);
});

test('a command from before the live version is answered by it, unless a person asked', () => {
  const outdated = { baseVersion: 1, eventTime: 900 };
  assert.deepEqual(kinds([command('a', outdated)]), ['superseded']);
  assert.deepEqual(kinds([command('a', { ...outdated, eventTime: 1_001 })]), ['run']);
  assert.deepEqual(kinds([command('a', { ...outdated, issuedBy: 'anna' })]), ['run']);
});

test('a command for an unknown model, or one without a live version, is refused with the reason', () => {
  assert.deepEqual(kinds([command('a', { model: 'unknown' })]), ['refused']);
  const [admission] = admit([command('a')], () => ({ ...standing, live: null }));
  assert.equal(admission?.kind, 'refused');
  assert.match(admission.kind === 'refused' ? admission.reason : '', /no live version/);
});
