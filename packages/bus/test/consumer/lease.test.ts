import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ageMs, Lease, moment } from '../../src/consumer/lease.ts';

const ago = (monotonic: number, wall = monotonic) => {
  const { monotonicMs, wallMs } = moment();
  return { monotonicMs: monotonicMs - monotonic, wallMs: wallMs - wall };
};

test('a lease ends before the session does, counted from what was sent, on the clock that has moved more', () => {
  assert.equal(new Lease(10_000, moment()).expired, false);
  assert.equal(new Lease(10_000, ago(8_000)).expired, false);
  assert.equal(new Lease(10_000, ago(9_001)).expired, true);
  // A machine that slept: its monotonic clock stood still.
  assert.equal(new Lease(10_000, ago(0, 60_000)).expired, true);
  // Its wall clock was set back.
  assert.equal(new Lease(10_000, ago(9_001, -3_600_000)).expired, true);
  assert.ok(ageMs(ago(500, 20)) >= 500);
});

test('an answer renews it as of when the question was sent', () => {
  const lease = new Lease(10_000, ago(9_500));
  assert.equal(lease.expired, true);
  lease.renew(ago(8_000));
  assert.equal(lease.expired, false);
  lease.renew(ago(9_500));
  assert.equal(lease.expired, true);
});
