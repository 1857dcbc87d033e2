import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderTable } from '../src/output/table.ts';
import { renderVersions } from '../src/output/versions.ts';

const why = 'on the 500 newest rows it is right on 77.4 %, the live version on 64.6 %: not worse';

test('a table fits the terminal: its last column is wrapped between words', () => {
  const lines = renderTable(['number', 'because'], [[1, why]], 60).split('\n');
  assert.ok(
    lines.every((line) => line.length <= 60),
    lines.join('\n'),
  );
  assert.deepEqual(
    lines.flatMap((line) => line.match(/[\w%.:,]+/g) ?? []).filter((word) => why.split(' ').includes(word)),
    why.split(' '),
  );
});

test('a path is not cut: the table is wider instead', () => {
  const path = '/a/path/that/is/longer/than/the/terminal/is/wide/service.log';
  assert.match(renderTable(['log'], [[path]], 40), new RegExp(path));
});

test('a table that goes to a file is as wide as it needs', () => {
  assert.match(renderTable(['why'], [[why]], undefined), new RegExp(why));
});

test('a version that the trainer made shows its accuracy at the gate, and each reason on its own line', () => {
  const text = renderVersions([
    {
      model: 'elec',
      version: 2,
      status: 'live',
      parentVersion: 1,
      eventTime: 0,
      metrics: { recentAccuracy: 0.774, recentLiveAccuracy: 0.646 },
      reasons: ['not worse', 'faster'],
    },
  ]);
  assert.match(text, /0\.774 .*not worse/);
  assert.match(text, /^.*│ faster +│$/m);
});

test('a version of a regression shows its squared error', () => {
  const version = { model: 'price', version: 1, status: 'live', parentVersion: null, eventTime: 0 };
  const text = renderVersions([{ ...version, metrics: { squaredError: 294.4134 }, reasons: ['by hand'] }]);
  assert.match(text, /squared error 294\.4 /);
});
