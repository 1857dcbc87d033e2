import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderPerformance } from '../src/output/performance.ts';
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

const window = {
  windowStart: 0,
  windowEnd: 1000,
  version: 3,
  role: 'live',
  answers: 400,
  labelled: 120,
  labelCoverage: 0.3,
  estimatedAccuracy: 0.8125,
  estimatedMeanAbsoluteError: null,
  estimatedLower: 0.7,
  estimatedUpper: 0.9,
  provisionalAccuracy: 0.75,
  realisedAccuracy: null,
  meanAbsoluteError: null,
  rootMeanSquaredError: null,
  estimates: {},
  accuracy: 0.79,
  accuracyLower: 0.75,
  accuracyUpper: 0.83,
  runningAccuracy: null,
  runningLower: null,
  runningUpper: null,
  limitMetric: 'accuracy',
  limitValue: 0.85,
  limitMissedLikelihood: 0.93,
} as const;

test('performance shows the estimate, what is known now, the truth and how likely a limit was missed', () => {
  const text = renderPerformance([window], 'binary');
  assert.match(text, /81\.3 % \(70\.0 % to 90\.0 %\) .*79\.0 % \(75\.0 % to 83\.0 %\)/);
  assert.match(text, /accuracy 85\.0 %: 93\.0 % likely/);
  const known = {
    ...window,
    labelled: 400,
    labelCoverage: 1,
    realisedAccuracy: 0.5,
    accuracyLower: 0.5,
    accuracyUpper: 0.5,
    accuracy: 0.5,
  };
  assert.match(renderPerformance([known], 'binary'), /│ 50\.0 % +│ 50\.0 % +│/);
});

test('performance of a regression is an error in its own unit', () => {
  const errors = {
    ...window,
    estimatedMeanAbsoluteError: 12.3456,
    estimatedLower: 11,
    estimatedUpper: 14,
    meanAbsoluteError: 13,
    limitMetric: 'mae',
    limitValue: 10,
  };
  const text = renderPerformance([errors], 'regression');
  assert.match(text, /12\.35 \(11 to 14\) +│ 13 +│ +│ mae 10: 93\.0 % likely/);
});
