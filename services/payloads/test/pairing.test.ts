import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createPairing, type HalfRecord } from '../src/pairing/pairing.ts';

const WAIT_MS = 1_000;

function half(
  offset: number,
  callId: string,
  which: 'request' | 'response',
  timestamp = offset,
  sourceOffset = -1,
): HalfRecord {
  const source = sourceOffset < 0 ? '' : 'theirs/0';
  const value = {
    model: 'm',
    callId,
    half: which,
    time: -1,
    version: '',
    body: new Uint8Array(),
    source,
    sourcePartition: 0,
    sourceOffset,
  };
  return { topic: 'payload.events', partition: 0, offset, timestamp, key: `m/${callId}`, value };
}

test('whichever half comes first, a call is paired when the other comes', () => {
  for (const [first, second] of [
    ['request', 'response'],
    ['response', 'request'],
  ] as const) {
    const pairing = createPairing(WAIT_MS);
    assert.equal(pairing.take(half(4, 'a', first)).pair, undefined);
    assert.equal(pairing.oldestOpen(), 4);
    const { pair } = pairing.take(half(5, 'a', second));
    assert.equal(pair?.request.value.half, 'request');
    assert.equal(pair?.response.value.half, 'response');
    assert.equal(pairing.oldestOpen(), undefined);
  }
});

test("a half is overdue once the log is further than the wait, and the log's time decides", () => {
  const pairing = createPairing(WAIT_MS);
  pairing.take(half(0, 'a', 'request', 0));
  assert.deepEqual(pairing.take(half(1, 'b', 'request', WAIT_MS)).overdue, []);
  const { overdue } = pairing.take(half(2, 'c', 'request', WAIT_MS + 1));
  assert.deepEqual(
    overdue.map(({ value }) => value.callId),
    ['a'],
  );
  assert.equal(pairing.oldestOpen(), 1);
});

test('an event that comes again is known: by its half for the wait, by its place in a topic for ever', () => {
  const pairing = createPairing(WAIT_MS);
  pairing.take(half(0, 'a', 'request', 0, 7));
  assert.ok(pairing.take(half(1, 'a', 'response', 0, 8)).pair);
  pairing.take(half(2, 'a', 'response', 1));
  assert.equal(pairing.open, 0);
  const late = 50 * WAIT_MS;
  assert.equal(pairing.take(half(3, 'a', 'request', late, 7)).pair, undefined);
  assert.equal(pairing.open, 0);
  assert.equal(pairing.repeated, 2);
});

test('a process that is killed anywhere leaves what is needed to write every call once', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 80 }),
      fc.array(fc.nat({ max: 80 }), { maxLength: 6 }),
      (calls, kills) => {
        const seen = new Map<number, number>();
        const log = calls.map((call, offset) => {
          const times = seen.get(call) ?? 0;
          seen.set(call, times + 1);
          return half(offset, String(call), times % 2 === 0 ? 'request' : 'response', offset);
        });
        const written: string[] = [];
        let committed = 0;
        // Each process reads on from the commit; it has written all before the kill, committed or
        // not.
        for (const end of [...kills, log.length]) {
          const already = new Set(written);
          const pairing = createPairing(WAIT_MS);
          for (const record of log.slice(0, Math.max(end, committed))) {
            if (record.offset < committed) {
              pairing.remember(record);
              continue;
            }
            const { pair } = pairing.take(record);
            if (pair && !already.has(pair.request.value.callId)) written.push(pair.request.value.callId);
          }
          // Committed is at most what was reached, and often less.
          const reached = pairing.oldestOpen() ?? Math.max(end, committed);
          if (end % 2 === 0) committed = Math.max(committed, Math.min(reached, log.length));
        }
        const paired = [...seen].filter(([, times]) => times >= 2).map(([call]) => String(call));
        assert.deepEqual([...written].sort(), paired.sort());
      },
    ),
  );
});

test('halves that wait have bounded room: the oldest are given up, and pairs leave theirs', () => {
  // Each takes 2,000 bytes: three have room.
  const pairing = createPairing(WAIT_MS, 6_500);
  const offsets = (records: readonly HalfRecord[]) => records.map(({ offset }) => offset);
  for (const offset of [0, 1, 2])
    assert.deepEqual(pairing.take(half(offset, `c${offset}`, 'request')).crowded, []);
  assert.ok(pairing.take(half(3, 'c1', 'response')).pair);
  assert.deepEqual(pairing.take(half(4, 'c4', 'request')).crowded, []);
  assert.deepEqual(offsets(pairing.take(half(5, 'c5', 'request')).crowded), [0]);
  assert.deepEqual([pairing.open, pairing.oldestOpen()], [3, 2]);
  // What waited too long leaves its room, too.
  assert.deepEqual(offsets(pairing.take(half(6, 'c6', 'request', 2_000)).overdue), [2, 4, 5]);
  for (const offset of [7, 8])
    assert.deepEqual(pairing.take(half(offset, `c${offset}`, 'request', 2_000)).crowded, []);
  assert.deepEqual(offsets(pairing.take(half(9, 'c9', 'request', 2_000)).crowded), [6]);
});
