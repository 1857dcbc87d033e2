import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Registry } from '@driftloop/registry';
import { defaultSpec } from '@driftloop/registry';
import type { PayloadEvent } from '@driftloop/schemas';
import { createLogger, createMetrics } from '@driftloop/service';
import fc from 'fast-check';
import { createMeters } from '../src/meters.ts';
import { startPairing } from '../src/pairing/pair-stage.ts';
import { createFakeTopics } from './fake-bus.ts';

const WAIT_MS = 60_000;
const spec = defaultSpec({
  model: 'm',
  task: 'regression',
  classes: 0,
  features: [{ name: 'a', kind: 'numeric', allowMissing: false }],
  intervalMs: 1_000,
});
let syncs = 0;
const registry = {
  model: (name: string) => (name === 'm' ? { spec } : undefined),
  models: () => [],
  sync: async () => void syncs++,
} as unknown as Registry;

/** Kafka's time is that of the newest event, so a run can be told again. */
async function world(waitMs = WAIT_MS) {
  let now = 1_000_000;
  const topics = createFakeTopics(() => now);
  await startPairing({
    bus: topics.bus,
    producer: topics.producer,
    registry,
    waitMs,
    meters: createMeters(createMetrics('payloads')),
    clock: { now: () => 0 },
    logger: createLogger({ name: 'test', level: 'silent' }),
    fail: assert.fail,
  });
  return {
    ...topics,
    log(callId: string, half: PayloadEvent['half'], body: unknown, afterMs = 10, model = 'm') {
      now += afterMs;
      topics.append('payload.events', {
        key: `${model}/${callId}`,
        timestamp: now,
        value: {
          model,
          callId,
          half,
          time: -1,
          version: '',
          body: new TextEncoder().encode(JSON.stringify(body)),
          source: '',
          sourcePartition: -1,
          sourceOffset: -1,
        },
      });
    },
    ids: () => topics.records('inference.requests').map(({ key }) => key),
    letters: () => topics.records('dead.letters').map(({ value: { code } }) => code),
  };
}

const asked = (a: number) => ({ instances: [[a]] });
const told = (y: number) => ({ predictions: [y] });

test('killed at any record, committed or not, every call is written once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat({ max: 12 }), { minLength: 2, maxLength: 40 }),
      fc.array(
        fc.record({ end: fc.nat({ max: 40 }), batch: fc.integer({ min: 1, max: 7 }), commits: fc.boolean() }),
        {
          maxLength: 6,
        },
      ),
      async (calls, runs) => {
        const { log, runTo, ids } = await world();
        const halves = new Map<number, number>();
        for (const call of calls) {
          const number = halves.get(call) ?? 0;
          if (number > 1) continue;
          halves.set(call, number + 1);
          const isRequest = (number === 0) === (call % 2 === 0);
          log(String(call), isRequest ? 'request' : 'response', isRequest ? asked(call) : told(call));
        }
        for (const { end, ...how } of runs) await runTo(end, how);
        await runTo(Number.POSITIVE_INFINITY, { batch: 5, commits: true });
        await runTo(Number.POSITIVE_INFINITY, { batch: 5, commits: true });
        const whole = [...halves].filter(([, count]) => count === 2).map(([call]) => String(call));
        assert.deepEqual(ids().sort(), whole.sort());
      },
    ),
    { numRuns: 300 },
  );
});

test('an event that comes again after a restart is known', async () => {
  const { log, runTo, ids, letters } = await world(3 * WAIT_MS);
  log('a', 'request', asked(1));
  log('a', 'response', told(2));
  await runTo(2, { batch: 2, commits: true });
  log('b', 'request', asked(1), 2 * WAIT_MS);
  log('b', 'response', told(2));
  await runTo(4, { batch: 2, commits: true });
  log('a', 'request', asked(1));
  log('b', 'response', told(2));
  log('a', 'response', told(2));
  await runTo(7, { batch: 2, commits: true });
  log('c', 'request', asked(1), 9 * WAIT_MS);
  await runTo(Number.POSITIVE_INFINITY, { batch: 2, commits: true });
  assert.deepEqual(ids(), ['a', 'b']);
  assert.deepEqual(letters(), []);
});

test('half a call is a dead letter once the log has gone on, and its place is said', async () => {
  const { log, runTo, records, ids } = await world();
  log('lost', 'request', asked(1));
  log('b', 'response', told(2), WAIT_MS);
  await runTo(Number.POSITIVE_INFINITY, { batch: 1, commits: true });
  assert.deepEqual(records('dead.letters'), []);
  log('b', 'request', asked(1), 1);
  await runTo(Number.POSITIVE_INFINITY, { batch: 1, commits: true });
  assert.deepEqual(ids(), ['b']);
  const [letter, ...others] = records('dead.letters').map(({ value }) => value);
  assert.deepEqual(others, []);
  assert.equal(letter?.code, 'PAYLOAD_UNPAIRED');
  assert.equal(letter?.offset, 0);
  assert.match(letter?.reason ?? '', /request of call 'lost' to 'm' had no response within 60000 ms/);
});

test('the letter of half a call fits, however long its id is', async () => {
  const { log, runTo, records } = await world();
  log('x'.repeat(2_100_000), 'request', asked(1));
  log('b', 'response', told(2), 2 * WAIT_MS);
  log('b', 'request', asked(1), 1);
  await runTo(Number.POSITIVE_INFINITY, { batch: 1, commits: true });
  const [letter, ...others] = records('dead.letters');
  assert.deepEqual(others, []);
  assert.equal(letter?.value.offset, 0);
  assert.ok(letter?.key.startsWith('m/xxx'));
  // Not compared as a whole: telling two megabytes apart takes minutes.
  assert.ok(letter?.value.key === null, 'the key is left out');
  assert.ok(JSON.stringify(letter).length < 1_000_000);
});

test('a call may have more rows than a call of a function may have arguments', async () => {
  const { log, runTo, ids, letters } = await world();
  const rows = Array.from({ length: 200_000 }, () => 1);
  log('wide', 'request', { instances: rows.map((value) => [value]) });
  log('wide', 'response', { predictions: rows });
  await runTo(Number.POSITIVE_INFINITY, { batch: 5, commits: true });
  assert.deepEqual([ids().length, letters()], [rows.length, []]);
});

test('a call that does not fit is refused, and the others go on', async () => {
  const { log, runTo, ids, letters } = await world();
  log('wide', 'request', { instances: [[1, 2]] });
  log('wide', 'response', told(1));
  log('other', 'request', asked(1), 10, 'nobody');
  log('other', 'response', told(1), 10, 'nobody');
  log('good', 'request', asked(1));
  log('good', 'response', told(1));
  await runTo(Number.POSITIVE_INFINITY, { batch: 3, commits: true });
  assert.deepEqual(ids(), ['good']);
  assert.deepEqual(letters(), ['FEATURES_WRONG_LENGTH', 'MODEL_UNKNOWN']);
});

test('calls of a model that nobody registered ask for what is new once per batch', async () => {
  const { log, runTo, letters } = await world();
  for (let call = 0; call < 10; call++) {
    log(`c${call}`, 'request', asked(call), 10, 'unknown');
    log(`c${call}`, 'response', told(call), 10, 'unknown');
  }
  syncs = 0;
  await runTo(20, { batch: 10, commits: true });
  assert.equal(letters().length, 10);
  assert.equal(syncs, 2);
});
