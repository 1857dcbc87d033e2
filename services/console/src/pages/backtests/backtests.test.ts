import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Backtest } from '../../queries/backtests.ts';
import { figureRows, otherwiseTexts, overrideTexts } from './figures.ts';
import { backtestsSearch } from './search.ts';

const BACKTEST: Backtest = {
  backtestId: 'a',
  savedAt: 1,
  windowFrom: 0,
  windowTo: 10,
  overrides: '{}',
  trained: false,
  source: 'kafka',
  records: 1_200,
  alarms: 2,
  found: null,
  missed: null,
  falseAlarms: null,
  meanDelayMs: null,
  rows: 0,
  score: null,
  frozenScore: null,
  liveScore: null,
  retrains: 1,
  published: 0,
  trainingRows: 0,
  trainingSteps: 0,
};

test('figures that no backtest has are left out, and a gap is shown where one has none', () => {
  assert.deepEqual(figureRows([BACKTEST]), [
    { words: 'Alarms', values: ['2'] },
    { words: 'Retrains', values: ['1'] },
    { words: 'Records', values: ['1,200 from kafka'] },
  ]);
  const trained = { ...BACKTEST, trained: true, rows: 5, score: 0.75, meanDelayMs: 120_000 };
  const rows = new Map(figureRows([BACKTEST, trained]).map(({ words, values }) => [words, values]));
  assert.deepEqual(rows.get('Score'), ['–', '0.75']);
  assert.deepEqual(rows.get('Delay on average'), ['–', '2 min']);
  assert.deepEqual(rows.get('Versions that went live'), ['–', '0']);
});

test('windows that two judge otherwise are told in order, those of one alone too', () => {
  const verdict = (n: number, state: string, action = 'none') => ({
    windowStart: n,
    windowEnd: n + 1,
    version: 1,
    state,
    likelihood: 0.5,
    action,
  });
  assert.deepEqual(
    otherwiseTexts(
      [verdict(2, 'drift', 'retrain'), verdict(1, 'stable')],
      [verdict(1, 'stable'), verdict(2, 'stable'), verdict(0, 'warning')],
    ),
    [
      { windowStart: 0, windowEnd: 1, text: 'has no verdict; the other says warning' },
      { windowStart: 2, windowEnd: 3, text: 'says drift, and asks for: retrain; the other says stable' },
    ],
  );
});

test('settings are read from what was saved, and ids from the address whatever they look like', () => {
  assert.deepEqual(overrideTexts('{"window.minSamples":9}'), ['window.minSamples = 9']);
  assert.deepEqual(overrideTexts('no JSON'), ['no JSON']);
  assert.deepEqual(backtestsSearch({ one: 1234, other: 'b', third: 'c' }), { one: '1234', other: 'b' });
});
