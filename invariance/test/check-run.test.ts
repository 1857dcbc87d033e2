import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareConclusions, rowCounts } from '../src/check/check-run.ts';
import { isSame } from '../src/check/compare-rows.ts';
import type { Conclusions } from '../src/conclusions/conclusions.ts';
import { comparable } from '../src/conclusions/conclusions.ts';
import type { Row } from '../src/conclusions/row.ts';

// ClickHouse's times are UTC, wherever this runs.
process.env.TZ = 'America/New_York';

const HOUR_MS = 3_600_000;
const CLOSED = new Map([
  ['m/data', 3 * HOUR_MS],
  ['m/prediction', 3 * HOUR_MS],
  ['m/concept', 2 * HOUR_MS],
]);

const signal = (hour: number, fields: Row = {}): Row => ({
  model: 'm',
  signal: 'data',
  windowStart: (hour - 1) * HOUR_MS,
  windowEnd: hour * HOUR_MS,
  version: 1,
  detector: 'ks',
  feature: 'x',
  rival: null,
  statistic: 0.5,
  ...fields,
});
const command = (hour: number, fields: Row = {}): Row => ({
  model: 'm',
  action: 'retrain',
  event_time: `1970-01-01 0${hour}:00:00.000`,
  issued_at: '2026-11-28 00:00:00.000',
  kafka_offset: 1,
  ...fields,
});

function conclusions(signals: readonly Row[], commands: readonly Row[] = []): Conclusions {
  const none = { 'drift.signals': [], 'drift.verdicts': [], 'retrain.commands': [] };
  return {
    topics: { ...none, 'drift.signals': signals },
    tables: { ...none, 'retrain.commands': commands },
  };
}

function different(one: Conclusions, other: Conclusions): string[] {
  return [...compareConclusions(one, other, CLOSED)]
    .filter(([, found]) => !isSame(found))
    .map(([what]) => what);
}

test('signals must be there once their own window must have closed, and be the same wherever they are', () => {
  const all = conclusions([signal(2), signal(3), signal(4)]);
  assert.deepEqual(different(all, all), []);
  assert.deepEqual(different(all, conclusions([signal(2), signal(3)])), []);
  assert.deepEqual(different(all, conclusions([signal(2), signal(4)])), ['drift.signals']);
  assert.deepEqual(different(all, conclusions([signal(2), signal(3), signal(4, { statistic: 1 })])), [
    'drift.signals',
  ]);
});

test('commands must be there once the windows of all signals must have closed; when one was issued does not matter', () => {
  const all = conclusions([], [command(2), command(3)]);
  assert.deepEqual(
    different(all, conclusions([], [command(2, { issued_at: 'later', kafka_offset: 7 })])),
    [],
  );
  assert.deepEqual(different(all, conclusions([], [command(3)])), ['retrain.commands in ClickHouse']);
  assert.deepEqual(different(all, conclusions([], [command(2, { reasons: ['other'] }), command(3)])), [
    'retrain.commands in ClickHouse',
  ]);
});

test('how far the answers had been read is not compared, how far the log had been read is', () => {
  const through = [{ partition: 0, offset: 7 }];
  assert.equal(comparable({ signal: 'prediction', through }).through, undefined);
  assert.equal(comparable({ signal: 'concept', through }).through, through);
});

test('rows are counted once, however often they were written', () => {
  const written = conclusions([signal(2), signal(3), signal(3)], [command(2)]);
  const counts = rowCounts(written);
  assert.deepEqual(counts.get('drift.signals'), { topic: 2, table: 0 });
  assert.deepEqual(counts.get('retrain.commands'), { topic: 0, table: 1 });
});
