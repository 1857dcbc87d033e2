import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tickTexts } from '../../parts/chart/tick-texts.ts';
import type {
  CommandRow,
  DriftRow,
  EvidenceRow,
  HistoryRow,
  PerformanceRow,
  VerdictRow,
} from '../../queries/history.ts';
import { actionText } from './action-text.ts';
import { adviceText, causeTitle } from './cause-text.ts';
import { evidenceIn, heatOf } from './heat.ts';
import { marksOf } from './marks.ts';
import { newestVerdicts } from './newest-verdicts.ts';
import { driftSearch } from './search.ts';
import { likelihoodSeries, performanceSeries, severitySeries } from './series.ts';

const window = (n: number) => ({ windowStart: 10_000 * n, windowEnd: 10_000 * (n + 1), version: 1 });
const performance = (n: number, fields: Partial<PerformanceRow> = {}): PerformanceRow => ({
  ...window(n),
  role: 'live',
  answers: 10,
  labelled: 5,
  labelCoverage: 0.5,
  estimatedAccuracy: 0.9,
  provisionalAccuracy: 0.8,
  realisedAccuracy: null,
  meanAbsoluteError: null,
  rootMeanSquaredError: null,
  ...fields,
});
const evidence = (n: number, fields: Partial<EvidenceRow> = {}): EvidenceRow => ({
  ...window(n),
  signal: 'data',
  feature: 'price',
  detector: 'ks',
  statistic: 1,
  expected: null,
  threshold: 2,
  pValue: null,
  detail: '',
  severity: 0.5,
  drifted: false,
  rows: 10,
  ...fields,
});
const verdict = (sequence: number, n: number, action = 'none'): VerdictRow => ({
  ...window(n),
  model: 'shop',
  sequence,
  state: 'drift',
  likelihood: 0.99,
  confirmedByLabels: false,
  evidence: [],
  changePoint: null,
  changePointFrom: null,
  changePointTo: null,
  action,
  commandId: null,
  causes: [],
});
const step = (kind: string, version: number, fields: Partial<HistoryRow> = {}): HistoryRow => ({
  version,
  kind,
  at: 0,
  eventTime: 1_000 * version,
  liveVersion: null,
  restoredVersion: null,
  parentVersion: null,
  commandId: null,
  metrics: {},
  reasons: [],
  actor: 'ada',
  artifact: '',
  sha256: '',
  ...fields,
});
const command = (fields: Partial<CommandRow> = {}): CommandRow => ({
  commandId: 'c',
  action: 'retrain',
  baseVersion: 1,
  restoreVersion: null,
  eventTime: 500,
  issuedAt: 0,
  issuedBy: 'ensemble',
  selection: [],
  strategy: 'naive',
  reasons: ['price moved'],
  progress: null,
  ...fields,
});

test('a window is drawn in its middle, in order, and trials leave the live line alone', () => {
  const { columns, title } = performanceSeries([
    performance(1),
    performance(0, { realisedAccuracy: 0.7 }),
    performance(0, { role: 'shadow', version: 2, realisedAccuracy: 0.1 }),
  ]);
  assert.equal(title, 'Accuracy');
  assert.deepEqual(columns, [
    [5, 15],
    [0.7, null],
    [0.8, 0.8],
    [0.9, 0.9],
  ]);
});

test('where two versions answered in a window, the newer one with a value counts', () => {
  const { columns } = performanceSeries([
    performance(0, { version: 2, realisedAccuracy: 0.9, estimatedAccuracy: null }),
    performance(0, { version: 1, realisedAccuracy: 0.4, estimatedAccuracy: 0.6 }),
  ]);
  assert.deepEqual([columns[1], columns[3]], [[0.9], [0.6]]);
});

test('bounds of the estimate are drawn where there are any', () => {
  const bounded = performance(0, { estimatedLower: 0.8, estimatedUpper: 0.95 });
  const { columns, lines } = performanceSeries([bounded, performance(1)]);
  assert.deepEqual(
    [columns[4], columns[5]],
    [
      [0.95, null],
      [0.8, null],
    ],
  );
  assert.equal(lines.filter(({ isBound }) => isBound).length, 2);
  assert.equal(performanceSeries([performance(0)]).columns.length, 4);
});

test('a regression has an error and no accuracy', () => {
  const series = performanceSeries([
    performance(0, { provisionalAccuracy: null, rootMeanSquaredError: 3, meanAbsoluteError: 2 }),
  ]);
  assert.equal(series.title, 'Error');
  assert.equal(series.isShare, false);
  assert.deepEqual(series.columns, [[5], [3], [2]]);
});

test('windows without a verdict are gaps of no line, and signals that were not tested are', () => {
  const row = (n: number, likelihood: number | null) =>
    ({
      ...window(n),
      likelihood,
      dataSeverity: 0.1,
      predictionSeverity: null,
      conceptSeverity: 1,
    }) as DriftRow;
  const rows = [row(0, null), row(1, 0.5)];
  assert.deepEqual(likelihoodSeries(rows).columns, [[15], [0.5]]);
  assert.deepEqual(severitySeries(rows).columns, [
    [5, 15],
    [0.1, 0.1],
    [null, null],
    [1, 1],
  ]);
});

test('marks tell what went live, on trial, or was taken down, and what was asked for', () => {
  const marks = marksOf(
    [
      step('registered', 1),
      step('published', 1),
      step('shadow', 2),
      step('rolledBack', 3, { restoredVersion: 1 }),
    ],
    [command()],
  );
  assert.deepEqual(
    marks.map(({ kind, short }) => [kind, short]),
    [
      ['command', 'retrain'],
      ['live', 'v1'],
      ['trial', 'v2?'],
      ['live', 'v1'],
    ],
  );
  assert.equal(marks[0]?.text, 'ensemble asked for a retrain: price moved');
  assert.match(marks[3]?.text ?? '', /Version 3 was taken down, version 1 is live again/);
});

test('a heatmap has signals about all features first, then features by their strongest evidence', () => {
  const heat = heatOf([
    evidence(1, { feature: 'hour', severity: 0.2 }),
    evidence(0, { feature: 'price', severity: 0.9 }),
    evidence(0, { signal: 'concept', feature: '', severity: 0.1 }),
    evidence(1, { feature: 'price', severity: 0.3, version: 1 }),
    evidence(1, { feature: 'price', severity: 0.4, version: 2 }),
  ]);
  assert.deepEqual(
    heat.rows.map(({ label }) => label),
    ['concept: all', 'price', 'hour'],
  );
  assert.deepEqual(heat.windows, [0, 10_000]);
  assert.deepEqual(
    heat.cells.map((line) => line.map((cell) => cell?.severity)),
    [
      [0.1, undefined],
      [0.9, 0.4],
      [undefined, 0.2],
    ],
  );
});

test('the evidence of a window is its own, strongest first', () => {
  const rows = [evidence(0), evidence(1, { severity: 0.1 }), evidence(1, { severity: 0.8 })];
  assert.deepEqual(
    evidenceIn(rows, 10_000).map(({ severity }) => severity),
    [0.8, 0.1],
  );
});

test('of each window the last word is shown, and the newest verdict that led to something', () => {
  const verdicts = [verdict(0, 0, 'retrain'), verdict(1, 1), verdict(2, 2), verdict(3, 2), verdict(4, 3)];
  const shown = (most: number) => newestVerdicts(verdicts, most).map(({ sequence }) => sequence);
  assert.deepEqual(shown(2), [4, 3, 0]);
  assert.deepEqual(shown(10), [4, 3, 1, 0]);
  assert.deepEqual(newestVerdicts([], 3), []);
});

test('what became of a retrain is told in its sentence', () => {
  const progress = { phase: 'rejected', version: 2, step: 5, steps: 9, loss: 1, message: '', at: 0 };
  assert.equal(
    actionText('retrain', command({ progress })),
    'It asked for a retrain of version 1, which the gate rejected (version 2), on these rows:',
  );
  assert.match(
    actionText('retrain', command({ progress: { ...progress, phase: 'training' } })),
    /step 5 of 9/,
  );
  assert.equal(actionText('promote', command({ restoreVersion: 3 })), 'It promoted version 3.');
  assert.equal(actionText('retrain', undefined), 'It asked for a retrain.');
});

test('the address of a timeline takes numbers and nothing else', () => {
  assert.deepEqual(driftSearch({ from: '5', to: 'x', window: 7, other: 1 }), { from: 5, window: 7 });
});

test('ticks name the day where it is new, and only days where they lie apart', () => {
  const hour = 3_600;
  assert.deepEqual(
    tickTexts([22 * hour, 23 * hour, 24 * hour], 'UTC').map((text) => text.split('\n')),
    [['22:00', '1 Jan'], ['23:00'], ['00:00', '2 Jan']],
  );
  assert.deepEqual(
    tickTexts([0, 48 * hour], 'UTC').map((text) => text.split('\n')),
    [['1 Jan', '1970'], ['3 Jan']],
  );
});

test('a cause has a title with its share or how sure it is, and what to do is a sentence', () => {
  const cause = {
    kind: 'unit',
    columns: ['price'],
    weight: 1,
    share: 0.4,
    segment: '',
    text: '',
    advice: '',
  };
  assert.equal(causeTitle(cause), 'Fault of the pipeline: unit');
  assert.equal(causeTitle({ ...cause, kind: 'prior', weight: 0.93 }), 'Drift of the labels (93 %)');
  assert.equal(adviceText('mend_source'), 'Mend the source: no version is to learn these rows.');
  assert.equal(adviceText('something new'), '');
});
