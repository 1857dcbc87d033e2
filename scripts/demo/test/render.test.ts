import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { type DemoReport, renderReport } from '../render.ts';

const drift = (windowStart: number, evidence: string) => ({
  windowStart,
  changePoint: null,
  likelihood: 0.9,
  evidence,
});

const report: DemoReport = {
  requests: 100,
  predictions: 100,
  lost: 0,
  duplicated: 0,
  deadLettered: 0,
  latencyMs: { p50: 5, p99: 9 },
  windows: 4,
  drifts: [drift(Date.parse('1998-08-27'), 'late'), drift(Date.parse('1998-07-09'), 'early')],
  retrains: 6,
  published: 2,
  undecided: 0,
  unfinished: { superseded: 2, failed: 0, rejected: 1 },
  rejected: [{ version: 2, reasons: ['worse'] }],
  swaps: { count: 3, rollbacks: 1, longestGapMs: 20 },
  accuracy: { loop: 0.8, frozen: 0.75, labelled: 100 },
  peakMemoryBytes: 2 ** 30,
  seconds: 60,
  backtestDifferences: 0,
};
const render = (of: DemoReport, folder = '.driftloop/demo') =>
  stripVTControlCharacters(renderReport(of, join(process.cwd(), folder)));

test('the summary says what became of every retrain that was asked for', () => {
  const text = render(report);
  assert.match(
    text,
    /6 asked for: 2 went live, 1 turned down, 2 given up for a newer one, 1 came to no candidate\n/,
  );
  assert.match(
    text,
    /swaps +3 while traffic flowed, 1 of them back to an earlier version, longest gap 20 ms/,
  );
});

test('candidates whose trial is not over are told of', () => {
  assert.match(render({ ...report, undecided: 2 }), /2 went live, 2 not decided about, 1 turned down/);
});

test('drifts are listed in the order of their time', () => {
  assert.match(render(report), /1998-07-09 {2}early\n {2}1998-08-27 {2}late/);
  assert.match(render({ ...report, drifts: report.drifts.slice(1) }), /found once/);
});

test('a folder with a space can be pasted from what it says', () => {
  assert.match(render(report, 'my data'), /up --data "my data" /);
});

test('whether a backtest comes to the same is said', () => {
  assert.match(render(report), /backtest +no difference: a replay .* all 4 windows alike/);
  assert.match(render({ ...report, backtestDifferences: 1 }), /backtest +1 of 4 windows judged differently/);
});
