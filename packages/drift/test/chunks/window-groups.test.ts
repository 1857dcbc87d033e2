import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWindowGroups, MOST_SKETCH_BYTES } from '../../src/chunks/window-groups.ts';
import { specOf } from '../fixtures.ts';

const LENGTH_MS = 1_000;
const POSITION = { partition: 0, chunkStart: 0 };
const END = { chunkEnd: 100, logTime: 5 };

/** Rows of so many windows, the last one twice, whose sketches have so many bytes each. */
function recordOf(windows: number, bytes: number) {
  const spec = specOf({ numeric: 1, lengthMs: LENGTH_MS });
  const groups = createWindowGroups('data', () => spec, POSITION, {
    create: () => ({ n: 0 }),
    n: ({ n }) => n,
    encode: () => new Uint8Array(bytes),
  });
  const starts = Array.from({ length: windows }, (_, index) => index * LENGTH_MS);
  for (const start of [...starts, starts.at(-1)!]) groups.of(start + 1, 1, 'layout')!.n++;
  return groups.record(END)[0]!;
}

test('sketches of a chunk fit into a record: rows of the windows that lie furthest back are rejected', () => {
  const half = MOST_SKETCH_BYTES / 2;
  const kept = (windows: number, bytes: number) => {
    const record = recordOf(windows, bytes);
    assert.equal(record.rejected + record.windows.reduce((sum, { n }) => sum + n, 0), windows + 1);
    return record.windows.map(({ start }) => start / LENGTH_MS);
  };
  assert.deepEqual(kept(5, 100), [0, 1, 2, 3, 4]);
  assert.deepEqual(kept(5, half - 1_000), [3, 4]);
  assert.deepEqual(kept(5, half + 1_000), [4]);
  assert.deepEqual(kept(5, MOST_SKETCH_BYTES + 1), []);
});
