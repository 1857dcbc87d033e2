import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAnswerOrder } from '../src/index.ts';

const PLACE = { version: 1, requestPartition: 0, requestTime: 0 };

test("the live version's first answer to each request is new, whatever is written again", () => {
  const order = createAnswerOrder();
  const taken = (role: 'live' | 'canary' | 'shadow', requestOffset: number) =>
    order.takeNew({ ...PLACE, role, requestOffset });
  assert.equal(taken('live', 0), true);
  assert.equal(taken('live', 0), false);
  assert.equal(taken('live', 5), true);
  assert.equal(taken('live', 3), false);
  assert.equal(taken('canary', 6), false);
  assert.equal(taken('shadow', 7), false);
  assert.equal(taken('live', 6), true);
});

test('offsets begin again where requests come later than all that were answered: their topic was made anew', () => {
  const order = createAnswerOrder();
  const taken = (requestOffset: number, requestTime: number) =>
    order.takeNew({ ...PLACE, role: 'live', requestOffset, requestTime });
  for (const [offset, time] of [
    [0, 100],
    [1, 300],
    [2, 200],
  ] as const)
    assert.equal(taken(offset, time), true);
  for (const [offset, time] of [
    [0, 100],
    [1, 300],
    [2, 200],
  ] as const)
    assert.equal(taken(offset, time), false, 'written twice');
  assert.deepEqual([taken(0, 400), taken(1, 400), taken(1, 400), taken(2, 350)], [true, true, false, true]);
});

test('what no inference service can have answered is not new, and holds up nothing', () => {
  const order = createAnswerOrder();
  const taken = (change: object) => order.takeNew({ ...PLACE, role: 'live', requestOffset: 7, ...change });
  assert.equal(taken({ version: 0 }), false);
  assert.equal(taken({ version: -3 }), false);
  assert.equal(taken({ requestPartition: -1 }), false);
  assert.equal(taken({ requestOffset: -1 }), false);
  assert.equal(taken({}), true);
});
