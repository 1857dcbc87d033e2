import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAnswerOrder } from '../src/index.ts';

test("the live version's first answer to each request is new, whatever is written again", () => {
  const order = createAnswerOrder();
  const taken = (role: 'live' | 'canary' | 'shadow', requestOffset: number) =>
    order.takeNew({ role, requestOffset });
  assert.equal(taken('live', 0), true);
  assert.equal(taken('live', 0), false);
  assert.equal(taken('live', 5), true);
  assert.equal(taken('live', 3), false);
  assert.equal(taken('canary', 6), false);
  assert.equal(taken('shadow', 7), false);
  assert.equal(taken('live', 6), true);
});
