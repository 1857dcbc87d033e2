import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modeOf, RUN_NAMES, readOptions } from '../../src/invariance/options.ts';

const NOW_MS = Date.parse('2026-11-29T10:34:05Z');

test('without flags all runs are made, of a log of the day before', () => {
  const options = readOptions({}, NOW_MS);
  assert.equal(options.rows, 100_000);
  assert.equal(options.kills, 20);
  assert.deepEqual(options.runs, RUN_NAMES);
  assert.equal(options.startMs, Date.parse('2026-11-28T00:00:00Z'));
  assert.equal(options.appendTime, false);
});

test('flags choose runs in their order, the size and the begin', () => {
  const options = readOptions(
    { runs: 'killed,flat', quick: true, seed: '7', start: '2026-11-01', 'append-time': true },
    NOW_MS,
  );
  assert.deepEqual(options.runs, ['flat', 'killed']);
  assert.deepEqual([options.rows, options.seed, options.appendTime], [20_000, 7, true]);
  assert.equal(options.startMs, Date.parse('2026-11-01T00:00:00Z'));
  assert.deepEqual(modeOf('killed', options), { kills: 6 });
  assert.equal(readOptions({ quick: true, rows: '30000' }, NOW_MS).rows, 30_000);
});

test('what cannot be is refused with the flag that says it', () => {
  for (const [flags, message] of [
    [{ runs: 'flat,slow' }, /--runs has no 'slow'; there are flat, again/],
    [{ rows: '10' }, /--rows must be an integer from 5000 on/],
    [{ seed: 'x' }, /--seed must be an integer/],
    [{ start: 'soon' }, /--start must be a time/],
  ] as const)
    assert.throws(() => readOptions(flags, NOW_MS), { code: 'REQUEST_INVALID', message });
});
