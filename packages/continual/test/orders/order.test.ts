import assert from 'node:assert/strict';
import { test } from 'node:test';
import { insteadOf, orderOf } from '../../src/orders/order.ts';
import { commandOf } from './command.ts';

const restore = commandOf({ action: 'restore', restoreVersion: 1, baseVersion: 2 });

test('a restore that the ensemble asks for depends on the live version, one that a person asks for does not', () => {
  const asked = orderOf(restore);
  assert.ok(asked.kind === 'restore');
  assert.deepEqual([asked.to, asked.from, asked.actor], [1, 2, 'ensemble']);
  const byPerson = orderOf({ ...restore, issuedBy: 'anna' });
  assert.ok(byPerson.kind === 'restore');
  assert.deepEqual([byPerson.to, byPerson.from, byPerson.actor], [1, undefined, 'anna']);
});

test('a restore without a version asks for the one that was live before', () => {
  const asked = orderOf({ ...restore, restoreVersion: null });
  assert.ok(asked.kind === 'restore');
  assert.equal(asked.to, undefined);
});

test('what is decided about a candidate depends on the live version, unless a person decides', () => {
  for (const action of ['promote', 'reject'] as const) {
    const asked = orderOf({ ...restore, action, restoreVersion: 3 });
    assert.ok(asked.kind === action);
    assert.deepEqual([asked.version, asked.from, asked.actor], [3, 2, 'ensemble']);
    const byPerson = orderOf({ ...restore, action, restoreVersion: null, issuedBy: 'anna' });
    assert.ok(byPerson.kind === action);
    assert.deepEqual([byPerson.version, byPerson.from, byPerson.actor], [undefined, undefined, 'anna']);
  }
});

test('a retrain says what becomes of its candidate', () => {
  const asked = orderOf(commandOf({ rollout: 'shadow' }));
  assert.equal(asked.kind === 'retrain' && asked.rollout, 'shadow');
});

test('a run that finds an earlier version better brings it back for its own command, as the trainer', () => {
  const order = orderOf(
    commandOf({ commandId: 'c', issuedBy: 'anna', eventTime: 7, reasons: ['it drifts'] }),
  );
  assert.ok(order.kind === 'retrain');
  const instead = insteadOf(order, { to: 1, from: 3, reasons: ['version 1 is better'] });
  assert.deepEqual(instead, {
    kind: 'restore',
    commandId: 'c',
    model: 'elec',
    baseVersion: 2,
    eventTime: 7,
    issuedBy: 'anna',
    actor: 'trainer',
    to: 1,
    from: 3,
    reasons: ['version 1 is better'],
  });
});
