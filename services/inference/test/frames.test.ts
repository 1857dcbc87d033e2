import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import { createFrameReader, writeFrame } from '../src/sessions/frames.ts';

test('messages come out as they went in, however the stream cuts them', () => {
  const message = fc.record({
    head: fc.dictionary(fc.string(), fc.string()),
    payload: fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 5 }), fc.integer({ min: 1, max: 40 }), (messages, size) => {
      const stream = new PassThrough({ highWaterMark: 1 << 20 });
      for (const { head, payload } of messages) writeFrame(stream, head, payload);
      const bytes: Buffer = stream.read() ?? Buffer.alloc(0);
      const seen: unknown[] = [];
      const read = createFrameReader(({ head, payload }) => seen.push({ head, payload: [...payload] }));
      for (let at = 0; at < bytes.length; at += size) read(bytes.subarray(at, at + size));
      assert.deepEqual(
        seen,
        messages.map(({ head, payload }) => ({
          head: JSON.parse(JSON.stringify(head)),
          payload: payload.flatMap((part) => [...part]),
        })),
      );
    }),
  );
});
