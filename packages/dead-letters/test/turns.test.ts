import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { inTurns } from '../src/turns.ts';

test('turns hold all in their order, few enough and small enough', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 60 });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 9 }), (items, letters) => {
      const turns = inTurns(items, (size) => size, { letters, bytes: 20 });
      assert.deepEqual(turns.flat(), items);
      for (const turn of turns) {
        assert.ok(turn.length >= 1 && turn.length <= letters);
        assert.ok(turn.length === 1 || turn.reduce((sum, size) => sum + size, 0) <= 20);
      }
      // None is cut for nothing.
      turns.slice(1).forEach((turn, i) => {
        const before = turns[i] as number[];
        const together = before.reduce((sum, size) => sum + size, 0) + (turn[0] as number);
        assert.ok(before.length === letters || together > 20);
      });
    }),
  );
});
