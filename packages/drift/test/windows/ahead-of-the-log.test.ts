import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '@driftloop/stats';
import { createReducer, noteOf } from '../../src/index.ts';
import { chunkOf, contextOf, profileOf, rowsOf, specOf } from '../fixtures.ts';

const HOUR_MS = 3_600_000;
const spec = specOf({ numeric: 1, lengthMs: 1_000, latenessMs: 0, minSamples: 12, idleMs: 500 });
const context = contextOf(spec, profileOf(spec, 200));

/**
 * Chunks of two partitions that wait, after each of the first one's; its second one is said to be
 * later than it is.
 */
function waitingAfter(aheadMs: number): number[] {
  const reducer = createReducer('prediction');
  const state = reducer.initial();
  const models = { of: () => context };
  const rows = rowsOf(spec, 1, createRandom(1));
  const read = (partition: number, time: number) =>
    reducer.apply(state, noteOf('prediction', [{ partition, end: 0, time }], 2), models);
  const waiting: number[] = [];
  const look = () => waiting.push(state.models.get('m')?.queue.get(0)?.length ?? 0);
  for (let chunk = 0; chunk < 5; chunk++) {
    const at = 1_000 + 100 * chunk;
    for (const partition of [0, 1]) {
      const logTime = partition === 0 && chunk === 1 ? at + aheadMs : at;
      const place = { partition, chunkStart: chunk, chunkEnd: chunk + 1, logTime };
      for (const sketch of chunkOf('prediction', context, place, rows, [at]))
        reducer.apply(state, sketch, models);
      read(partition, at + 50);
    }
    look();
  }
  read(1, 1_099 + HOUR_MS);
  look();
  read(1, 1_100 + HOUR_MS);
  look();
  return waiting;
}

// A topic's `message.timestamp.after.max.ms` bounds it: docs/decisions/log-clock.md.
test('what follows a record that is ahead has its place behind it, until the others come to that time', () => {
  assert.deepEqual(waitingAfter(0), [0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual(waitingAfter(HOUR_MS), [0, 1, 2, 3, 4, 4, 0]);
});
