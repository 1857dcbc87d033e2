import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServedAnswer } from '@driftloop/spec';
import { answer } from '@driftloop/spec/testing';
import { createNewestRequests } from '../src/join/newest-requests.ts';
import { createRequestJoin } from '../src/join/request-join.ts';

function served(requestId: string, requestOffset: number): ServedAnswer {
  return {
    ...answer(requestId, { version: 1 }),
    requestPartition: 0,
    requestOffset,
    rivals: [],
  } as ServedAnswer;
}

function request(requestId: string, offset: number, numbers = 1) {
  const value = { requestId, model: 'm', eventTime: 0, features: new Float32Array(numbers).fill(offset) };
  return { partition: 0, offset, value };
}

/** ClickHouse, which has read up to an offset and reads on while it is waited for. */
function warehouseOf(rows: ReturnType<typeof request>[], read: number) {
  const waits: unknown[] = [];
  let through = read;
  return {
    waits,
    async requestsFor(
      _model: string,
      places: readonly { readonly requestId: string; readonly offset: number }[],
    ) {
      return rows
        .filter(
          ({ offset, value }) =>
            offset < through &&
            places.some((place) => place.requestId === value.requestId && place.offset === offset),
        )
        .map(({ partition, offset, value }) => ({ ...value, partition, offset }));
    },
    async waitForIngest(topic: string, positions: readonly { partition: number; offset: number }[]) {
      waits.push([topic, positions]);
      through = Math.max(through, ...positions.map(({ offset }) => offset));
    },
  };
}

/** @param high one past the last request of the only partition */
async function found(
  warehouse: ReturnType<typeof warehouseOf>,
  recent: ReturnType<typeof request>[],
  high = 6,
) {
  const requests = createNewestRequests(10);
  for (const record of recent) requests.add(record);
  const join = createRequestJoin(
    {
      warehouse,
      bus: { offsets: async () => [{ partition: 0, low: 0, high }] },
    } as unknown as Parameters<typeof createRequestJoin>[0],
    requests,
  );
  const rows = await join.requestsOf('m', [served('a', 3), served('b', 4), served('c', 5)]);
  return [...rows].map(([{ requestId }, { features }]) => [requestId, features[0]]).sort();
}

test('requests are found in memory, in ClickHouse, and there once it has read as far as answers say', async () => {
  const all = [request('a', 3), request('b', 4), request('c', 5)];
  const warehouse = warehouseOf(all, 5);
  assert.deepEqual(await found(warehouse, all.slice(0, 1)), [
    ['a', 3],
    ['b', 4],
    ['c', 5],
  ]);
  assert.deepEqual(warehouse.waits, [['inference.requests', [{ partition: 0, offset: 6 }]]]);
});

test('what an answer names beyond the end of the topic is not waited for', async () => {
  const warehouse = warehouseOf([request('a', 3), request('b', 4)], 4);
  assert.deepEqual(await found(warehouse, [], 5), [
    ['a', 3],
    ['b', 4],
  ]);
  assert.deepEqual(warehouse.waits, [['inference.requests', [{ partition: 0, offset: 5 }]]]);
});

test('another request of the same id is not taken for the one that was answered, and one that is gone is left out', async () => {
  const others = [request('a', 1), request('b', 4)];
  assert.deepEqual(await found(warehouseOf(others, 9), [request('a', 2), request('x', 5)]), [['b', 4]]);
});

test('of an id that is used again every answer finds its own request', async () => {
  const uses = [request('a', 3), request('a', 4), request('a', 5)];
  const requests = createNewestRequests(10);
  requests.add(uses[2] as (typeof uses)[0]);
  const join = createRequestJoin(
    { warehouse: warehouseOf(uses, 9) } as unknown as Parameters<typeof createRequestJoin>[0],
    requests,
  );
  const rows = await join.requestsOf('m', [served('a', 5), served('a', 3), served('a', 4)]);
  assert.deepEqual(
    [...rows].map(([{ requestOffset }, { features }]) => [requestOffset, features[0]]),
    [
      [5, 5],
      [3, 3],
      [4, 4],
    ],
  );
});

test('the oldest requests are forgotten, by number and by bytes', () => {
  const few = createNewestRequests(2);
  const small = createNewestRequests(100, 3 * (200 + 4 * 50));
  for (let offset = 0; offset < 6; offset++) {
    few.add(request('a', offset));
    small.add(request('a', offset, 50));
  }
  const known = (requests: typeof few) =>
    [0, 1, 2, 3, 4, 5].filter((offset) => requests.of('m', served('a', offset)) !== undefined);
  assert.deepEqual(known(few), [4, 5]);
  assert.deepEqual(known(small), [3, 4, 5]);
  assert.equal(few.of('other', served('a', 5)), undefined);
});
