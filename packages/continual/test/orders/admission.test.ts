import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RetrainCommand } from '@driftloop/schemas';
import { type Admission, admit as admitOrder, type Standing } from '../../src/orders/admission.ts';
import { orderOf } from '../../src/orders/order.ts';
import { commandOf } from './command.ts';

const standing: Standing = {
  live: 2,
  liveSince: 1_000,
  finished: new Set(['done']),
  takenDown: new Map([[7, 'anna']]),
};

const command = (commandId: string, fields: Partial<RetrainCommand> = {}) =>
  commandOf({ commandId, ...fields });

const admit = (it: RetrainCommand, known: Standing | undefined, newest: RetrainCommand): Admission =>
  admitOrder(orderOf(it), known, newest);

const kindOf = (it: RetrainCommand, newest = it) => admit(it, standing, newest).kind;

test('of the commands for a model only the newest runs', () => {
  assert.equal(kindOf(command('a'), command('b')), 'superseded');
  assert.equal(kindOf(command('b'), command('b')), 'run');
});

test('a command that has ended is not run again, and supersedes none', () => {
  assert.equal(kindOf(command('done')), 'done');
  assert.equal(kindOf(command('a'), command('done')), 'run');
});

test('a command from before the live version is answered by it, unless a person asked', () => {
  const outdated = { baseVersion: 1, eventTime: 900 };
  assert.equal(kindOf(command('a', outdated)), 'superseded');
  assert.equal(kindOf(command('a', { ...outdated, eventTime: 1_001 })), 'run');
  assert.equal(kindOf(command('a', { ...outdated, issuedBy: 'anna' })), 'run');
});

test('a version is asked back from one that is live, unless a person asks', () => {
  const restore = { action: 'restore' as const, restoreVersion: 1, eventTime: 5_000 };
  assert.equal(kindOf(command('a', restore)), 'run');
  const other = command('a', { ...restore, baseVersion: 3 });
  const admission = admit(other, standing, other);
  assert.equal(admission.kind, 'superseded');
  assert.match(admission.kind === 'superseded' ? admission.reason : '', /version 2 is live, not version 3/);
  assert.equal(kindOf({ ...other, issuedBy: 'anna' }), 'run');
});

const IMPOSSIBLE: readonly [Partial<RetrainCommand>, RegExp][] = [
  [{ commandId: '' }, /no id/],
  [{ eventTime: Number.MAX_SAFE_INTEGER }, /decided at/],
  [{ action: 'restore', eventTime: -Number.MAX_SAFE_INTEGER }, /decided at/],
  [{ issuedAt: -1 }, /issued at -1/],
  [{ maxSeconds: Number.NaN }, /NaN s/],
  [{ maxSteps: 0 }, /0 steps/],
  [{ selection: [{ from: 0, to: 1, weight: Number.NaN, reason: '' }] }, /weight NaN/],
  [{ labelsThrough: [{ partition: -1, offset: 0 }] }, /partition -1/],
  [{ labelsThrough: [{ partition: 0, offset: -1 }] }, /offset -1/],
];

test('a command that no service writes is refused, whoever asked', () => {
  for (const [fields, says] of IMPOSSIBLE) {
    for (const issuedBy of ['ensemble', 'anna']) {
      const it = command('a', { eventTime: 5_000, issuedBy, ...fields });
      const admission = admit(it, standing, it);
      assert.match(admission.kind === 'refused' ? admission.reason : admission.kind, says);
    }
  }
});

test('what a person took down only a person brings back', () => {
  const restore = command('a', { action: 'restore', restoreVersion: 7 });
  const admission = admit(restore, standing, restore);
  assert.equal(admission.kind, 'refused');
  assert.match(admission.kind === 'refused' ? admission.reason : '', /version 7 was taken down by 'anna'/);
  assert.equal(kindOf({ ...restore, issuedBy: 'bert' }), 'run');
});

test('a candidate in shadow is decided about while the version is live that it was compared with', () => {
  for (const action of ['promote', 'reject'] as const) {
    const decision = { action, restoreVersion: 3, eventTime: 5_000 };
    assert.equal(kindOf(command('a', decision)), 'run');
    const outdated = command('a', { ...decision, baseVersion: 1 });
    assert.equal(kindOf(outdated), 'superseded');
    assert.equal(kindOf({ ...outdated, issuedBy: 'anna' }), 'run');
  }
});

test('a command for an unknown model, or one without a live version, is refused with the reason', () => {
  const it = command('a');
  assert.equal(admit(it, undefined, it).kind, 'refused');
  const admission = admit(it, { ...standing, live: null }, it);
  assert.equal(admission.kind, 'refused');
  assert.match(admission.kind === 'refused' ? admission.reason : '', /no live version/);
});
