import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readTable, sliceTable } from '../src/table/table.ts';

const folder = mkdtempSync(join(tmpdir(), 'table-'));
after(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

test('reads features in order without the label; empty cells are missing values', async () => {
  const text = 'a,target,b\n1,0,2.5\n,1,-3\n';
  for (const path of [file('plain.csv', text), file('zipped.csv.gz', gzipSync(text))]) {
    const table = await readTable(path, 'target');
    assert.deepEqual(table.featureNames, ['a', 'b']);
    assert.deepEqual([...table.features], [1, 2.5, Number.NaN, -3]);
    assert.deepEqual([...table.labels], [0, 1]);
  }
});

test('the last column is the label unless one is named', async () => {
  const table = await readTable(file('last.csv', 'a,b,c\n1,2,3\n'));
  assert.deepEqual([table.featureNames, [...table.labels]], [['a', 'b'], [3]]);
});

test('slices share rows and stop at the end', async () => {
  const table = await readTable(file('s.csv', 'x,y\n1,0\n2,1\n3,0\n'), 'y');
  const slice = sliceTable(table, 1, Number.POSITIVE_INFINITY);
  assert.equal(slice.rows, 2);
  assert.deepEqual([...slice.features], [2, 3]);
});

for (const [name, content, label, message] of [
  ['not a number', 'a,y\n1,0\nabc,1\n', 'y', /line 3, column 1: 'abc' is not a number/],
  ['no such column', 'a,y\n1,0\n', 'target', /no column 'target'; its columns are a, y/],
  ['ragged rows', 'a,y\n1,0,5\n', 'y', /cannot be read/],
] as const) {
  test(`${name} is refused, saying where`, async () => {
    await assert.rejects(readTable(file('bad.csv', content), label), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'REQUEST_INVALID');
      assert.match(error.message, message);
      return true;
    });
  });
}

test('a missing or broken file is refused', async () => {
  await assert.rejects(readTable(join(folder, 'none.csv'), 'y'), { code: 'REQUEST_INVALID' });
  await assert.rejects(readTable(file('broken.csv.gz', 'no gzip'), 'y'), { code: 'REQUEST_INVALID' });
});
