import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readKnownStream, readStream } from '../../src/loop/stream.ts';

const folder = mkdtempSync(join(tmpdir(), 'stream-'));
after(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

test('a stream of one’s own has its last column as class and a row per half-hour', async () => {
  const stream = await readStream(file('own.csv', `a,b,class\n${'1,2,0\n3,4,2\n5,6,1\n'.repeat(40)}`));
  assert.deepEqual(
    [stream.name, stream.featureNames, stream.classes, stream.data.width],
    ['own.csv', ['a', 'b'], 3, 2],
  );
  assert.deepEqual([...stream.data.features.subarray(0, 6)], [1, 2, 3, 4, 5, 6]);
  assert.deepEqual([...stream.data.labels.subarray(0, 3)], [0, 2, 1]);
  assert.deepEqual([...stream.data.weights], Array(120).fill(1));
  const [first = 0, second = 0] = stream.data.eventTimes;
  assert.equal(second - first, 30 * 60_000);
});

test('a class that is no class is named with its line', async () => {
  for (const label of ['1.5', '-1', '', '256']) {
    await assert.rejects(readStream(file('bad.csv', `a,class\n1,0\n2,${label}\n`)), {
      code: 'REQUEST_INVALID',
      message: /bad\.csv line 3: .* integers from 0 to 255/,
    });
  }
});

for (const [name, content, message] of [
  ['an empty file', '', /bad\.csv is empty: its first line must name its columns/],
  ['a header only', 'a,class\n', /1 features and 0 rows/],
  ['too few rows', 'a,class\n1,0\n2,1\n', /2 rows; .* 100 rows/],
  ['no feature', `class\n${'0\n1\n'.repeat(60)}`, /0 features/],
  ['one class at first', `a,class\n${'1,0\n'.repeat(60)}${'1,1\n'.repeat(60)}`, /first tenth.* class 0 only/],
  ['an empty cell', `a,class\n${'1,0\n,1\n'.repeat(60)}`, /line 3: a is NaN/],
] as const) {
  test(`${name} is told of before anything runs`, async () => {
    await assert.rejects(readStream(file('bad.csv', content)), { code: 'REQUEST_INVALID', message });
  });
}

test('Elec2 is whole: 45,312 rows of six features, two classes', async () => {
  const { data, featureNames, classes } = await readKnownStream('elec');
  assert.deepEqual([data.rows, featureNames.length, classes], [45_312, 6, 2]);
  assert.equal(
    data.labels.reduce((sum, label) => sum + label, 0),
    19_237,
  );
});
