import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkEventTimes } from '../src/stream/check-event-times.ts';

const NOW = Date.UTC(2026, 0, 1);
const WINDOW = { lengthMs: 60_000, allowedAheadMs: 0 };
const check =
  (startMs: number, given: { rate?: number; labelDelayRows?: number; allowedAheadMs?: number } = {}) =>
  () =>
    checkEventTimes(
      {
        clock: { startMs, intervalMs: 1_000 },
        firstRow: 10,
        rows: 100,
        labelDelayRows: given.labelDelayRows ?? 0,
        rate: given.rate ?? Number.POSITIVE_INFINITY,
      },
      { ...WINDOW, allowedAheadMs: given.allowedAheadMs ?? 0 },
      NOW,
    );

test('rows whose event time would be refused are named before any is sent', () => {
  assert.doesNotThrow(check(Date.UTC(1996, 4, 7)));
  assert.throws(check(Date.UTC(1938, 0, 1)), {
    code: 'REQUEST_INVALID',
    message: /row 10: Event time -\d+ is none/,
  });
  assert.throws(
    check(Date.UTC(2200, 0, 1) - 50_000, { allowedAheadMs: 2 ** 52 }),
    /row 50: Event time 7258118400000 is none/,
  );
  assert.throws(
    check(Date.UTC(2026, 0, 1)),
    /row 61: its event time, 2026-01-01T00:01:01.000Z, .*window\.allowedAheadMs/,
  );
});

test('what is sent slowly enough, or allowed by the spec, is not ahead', () => {
  assert.doesNotThrow(check(NOW, { rate: 1 }));
  assert.doesNotThrow(check(NOW, { allowedAheadMs: 200_000 }));
});

test("labels' event times are looked at, too", () => {
  const start = Date.UTC(2200, 0, 1) - 200_000;
  const slow = { allowedAheadMs: 2 ** 52, labelDelayRows: 150 };
  assert.throws(check(start, slow), /the label of row 50: Event time 7258118400000 is none/);
});
