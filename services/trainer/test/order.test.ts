import assert from 'node:assert/strict';
import { test } from 'node:test';
import { insteadOf, orderOf } from '../src/commands/order.ts';
import { commandOf } from './fixtures/command.ts';

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
