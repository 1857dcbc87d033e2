import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shrink } from '../src/shrink/shrink.ts';

const LIST = Array.from({ length: 12 }, (_, index) => index);

test('leaves the elements that are needed together', async () => {
  const needed = [2, 7, 11];
  const found = await shrink(
    LIST,
    async (shorter) => needed.every((element) => shorter.includes(element)),
    500,
  );
  assert.deepEqual(found, needed);
});

test('an empty list is the shortest failing one', async () => {
  assert.deepEqual(await shrink(LIST, async () => true, 500), []);
});

test('what cannot be shortened stays, within the runs allowed', async () => {
  let runs = 0;
  const found = await shrink(
    LIST,
    async () => {
      runs++;
      return false;
    },
    10,
  );
  assert.deepEqual(found, LIST);
  assert.ok(runs <= 10);
});
