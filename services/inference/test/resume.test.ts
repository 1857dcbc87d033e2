import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InferencePrediction } from '@driftloop/schemas';
import fc from 'fast-check';
import { answeredRequests, isAnswered, type ResumePoint, resumeAfter } from '../src/relay/resume.ts';
import { prediction } from './fixtures/records.ts';

/** Where to go on when all requests are still where their answers say. */
function resumeFrom(tail: readonly InferencePrediction[]): ResumePoint | undefined {
  const [last] = answeredRequests(tail);
  return last && resumeAfter(tail, last);
}

test('an empty output says nothing', () => {
  assert.equal(resumeFrom([]), undefined);
});

test('goes on after the last served answer', () => {
  assert.deepEqual(resumeFrom([prediction(4), prediction(5)]), { offset: 6, shadows: new Set() });
  const tail = [prediction(5, 'shadow', 2), prediction(5, 'canary', 3)];
  assert.deepEqual(resumeFrom(tail), { offset: 6, shadows: new Set() });
});

test('a request that only shadows have answered is answered again, without them', () => {
  const tail = [prediction(5), prediction(6, 'shadow', 2), prediction(6, 'shadow', 7)];
  assert.deepEqual(resumeFrom(tail), { offset: 6, shadows: new Set([2, 7]) });
});

test('old answers that came late do not turn it back', () => {
  assert.deepEqual(resumeFrom([prediction(9), prediction(3)])?.offset, 10);
});

test('answers to requests of a topic that was there before do not count', () => {
  const old = [41, 42, 43].map((offset) => ({ ...prediction(offset), requestId: `old-${offset}` }));
  const tail = [...old, prediction(42, 'shadow', 2), prediction(42), prediction(43, 'shadow', 2)];
  const record = (offset: number) => {
    const { requestId, requestTime } = prediction(offset);
    return { offset, timestamp: requestTime, value: { requestId } };
  };
  const candidates = answeredRequests(tail);
  assert.deepEqual(
    candidates.map(({ requestOffset }) => requestOffset),
    [43, 43, 42, 42, 41],
  );
  const last = candidates.find((candidate) => isAnswered(record(candidate.requestOffset), candidate));
  assert.equal(last?.requestId, prediction(43).requestId);
  assert.deepEqual(last && resumeAfter(tail, last), { offset: 43, shadows: new Set([2]) });
});

test('an answer is one to the request of its offset, id and time', () => {
  const answer = { requestOffset: 3, requestId: 'a', requestTime: 7 };
  const record = { offset: 3, timestamp: 7, value: { requestId: 'a' } };
  assert.ok(isAnswered(record, answer));
  assert.ok(isAnswered(record, { ...answer, requestTime: -1 }), 'earlier releases do not say the time');
  assert.ok(!isAnswered({ ...record, offset: 4 }, answer));
  assert.ok(!isAnswered({ ...record, timestamp: 8 }, answer), 'the same requests sent again');
  assert.ok(!isAnswered({ ...record, value: { requestId: 'b' } }, answer));
});

test('wherever the output was cut, going on writes each answer once', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1 }),
      fc.uniqueArray(fc.integer({ min: 2, max: 9 }), { maxLength: 3 }),
      fc.nat(),
      (answered, shadows, cut) => {
        // Offsets without an answer are dead letters.
        const offsets = answered.sort((a, b) => a - b);
        const write = (from: number, written: ReadonlySet<number>) =>
          offsets
            .filter((offset) => offset >= from)
            .flatMap((offset) => [
              ...shadows
                .filter((version) => offset !== from || !written.has(version))
                .map((version) => prediction(offset, 'shadow', version)),
              prediction(offset),
            ]);
        const whole = write(0, new Set());
        const before = whole.slice(0, cut % (whole.length + 1));
        const point = resumeFrom(before.slice(-64));
        assert.deepEqual([...before, ...write(point?.offset ?? 0, point?.shadows ?? new Set())], whole);
      },
    ),
  );
});
