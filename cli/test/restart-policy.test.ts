import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepRunning } from '../src/supervisor/keep-running.ts';
import { decideRestart, type End, MOST_IN_A_ROW, mayRecover } from '../src/supervisor/restart-policy.ts';

const end = (over: Partial<End> = {}): End => ({
  at: 0,
  reason: 'ended',
  readyForMs: 0,
  mayRecover: true,
  ...over,
});

test('waits double, and six starts in a row are enough', () => {
  const waits: number[] = [];
  let inARow = 0;
  for (;;) {
    const decision = decideRestart(inARow, end());
    if (decision.action === 'giveUp') break;
    waits.push(decision.afterMs);
    inARow = decision.inARow;
  }
  assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000]);
});

test('what was ready for a minute begins anew; what was ready for less does not', () => {
  assert.deepEqual(decideRestart(MOST_IN_A_ROW, end({ readyForMs: 60_000 })), {
    action: 'restart',
    afterMs: 1_000,
    inARow: 1,
  });
  assert.deepEqual(decideRestart(MOST_IN_A_ROW, end({ readyForMs: 59_999 })), { action: 'giveUp' });
});

test('what a person must mend is not tried again', () => {
  assert.deepEqual(decideRestart(0, end({ mayRecover: false })), { action: 'giveUp' });
  assert.equal(mayRecover(2, 'gateway: Settings are not valid'), false);
  assert.equal(mayRecover(1, 'SCHEMA_INCOMPATIBLE: refused'), false);
  assert.equal(mayRecover(1, 'KAFKA_UNAVAILABLE: no answer'), true);
  assert.equal(mayRecover(null, ''), true);
});

test('what ends is run again until it is given up, and nothing after a stop', async () => {
  const told: string[] = [];
  const ends = [end({ reason: 'first' }), end({ reason: 'last', mayRecover: false })];
  const stop = new AbortController();
  const options = {
    onReady: () => told.push('ready'),
    onRestart: ({ reason }: End) => void told.push(`again: ${reason}`),
    onGiveUp: ({ reason }: End) => void told.push(`given up: ${reason}`),
    signal: stop.signal,
  };
  await keepRunning({
    ...options,
    run: async (onReady) => {
      onReady();
      return ends.shift() ?? end();
    },
  });
  assert.deepEqual(told, ['ready', 'again: first', 'ready', 'given up: last']);
  await keepRunning({
    ...options,
    run: async () => {
      stop.abort();
      return end();
    },
  });
  assert.equal(told.length, 4);
});
