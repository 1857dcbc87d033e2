import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineBatches } from '../src/clickhouse/line-batches.ts';

async function batches(text: string, chunkBytes: number, sizeBytes: number): Promise<string[]> {
  async function* chunks(): AsyncGenerator<Buffer> {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  }
  const cut: string[] = [];
  for await (const batch of lineBatches(chunks(), sizeBytes)) cut.push(batch.toString());
  return cut;
}

const LINES = Array.from({ length: 60 }, (_, i) => `${i}${'x'.repeat((i * 7) % 23)}\n`).join('');

test('batches depend on the bytes alone, not on how they arrive', async () => {
  for (const size of [1, 10, 64, 100, 5000]) {
    const expected = await batches(LINES, LINES.length, size);
    assert.equal(expected.join(''), LINES);
    for (let chunk = 1; chunk < 70; chunk++) {
      assert.deepEqual(await batches(LINES, chunk, size), expected, `chunks of ${chunk}, batches of ${size}`);
    }
  }
});

test('every batch ends with the first line break at or behind the size', async () => {
  assert.deepEqual(await batches('aa\nbb\ncc\n', 4, 3), ['aa\n', 'bb\n', 'cc\n']);
  assert.deepEqual(await batches('aa\nbb\ncc\n', 4, 4), ['aa\nbb\n', 'cc\n']);
});

test('a line longer than a batch and a last line without a break stay whole', async () => {
  const long = `${'x'.repeat(100)}\ny`;
  assert.deepEqual(await batches(long, 7, 10), [`${'x'.repeat(100)}\n`, 'y']);
  assert.deepEqual(await batches('', 1, 10), []);
});
