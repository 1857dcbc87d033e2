import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { resumeFrom } from '../src/relay/resume.ts';
import { prediction } from './fixtures/records.ts';

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
