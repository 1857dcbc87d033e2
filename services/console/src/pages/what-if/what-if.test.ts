import assert from 'node:assert/strict';
import { test } from 'node:test';
import { besideSeries } from '../../parts/chart/beside.ts';
import type { Setting } from '../../queries/what-if.ts';
import { draftOf, labelOf, overridesOf, overridesText } from './fields.ts';
import { differenceText, retrainMarks, summaryOf } from './outcome.ts';
import { whatIfSearch } from './search.ts';

const setting = (path: string, kind: Setting['kind'], value: unknown): Setting => ({
  path,
  kind,
  value,
  meaning: '',
  choices: [],
});
const SETTINGS = [
  setting('drift.expectedWindowsBetweenFalseAlarms', 'number', 100),
  setting('drift.detectors', 'names', []),
  setting('drift.limits', 'limits', [{ metric: 'accuracy', value: 0.8 }]),
  setting('retrain.enabled', 'flag', true),
  setting('rollout.shadowVersions', 'versions', [1]),
];

test('only what is other than in the spec is asked for, in the kinds of the spec', () => {
  assert.deepEqual(
    overridesOf(SETTINGS, {
      'drift.expectedWindowsBetweenFalseAlarms': '20',
      'drift.detectors': ['ks', 'psi'],
      'drift.limits': { accuracy: '0.9', f1: ' ' },
      'retrain.enabled': true,
      'rollout.shadowVersions': '1, 3',
    }),
    {
      'drift.expectedWindowsBetweenFalseAlarms': 20,
      'drift.detectors': ['ks', 'psi'],
      'drift.limits': [{ metric: 'accuracy', value: 0.9 }],
      'rollout.shadowVersions': [1, 3],
    },
  );
});

test('what is no number is left to the gateway to refuse', () => {
  assert.deepEqual(overridesOf(SETTINGS, { 'drift.expectedWindowsBetweenFalseAlarms': 'few' }), {
    'drift.expectedWindowsBetweenFalseAlarms': 'few',
  });
});

test('a link brings the form back as it was', () => {
  const overrides = { 'drift.limits': [{ metric: 'f1', value: 0.5 }], 'retrain.enabled': false };
  assert.deepEqual(overridesOf(SETTINGS, draftOf(SETTINGS, overrides)), overrides);
  assert.deepEqual(whatIfSearch({ from: '5', to: 'x', set: overrides }), { from: 5, set: overrides });
  assert.deepEqual(whatIfSearch({ set: [1] }), {});
});

test('settings have names that can be read', () => {
  assert.equal(labelOf('drift.expectedWindowsBetweenFalseAlarms'), 'Expected windows between false alarms');
  assert.equal(labelOf('retrain.cooldownMs'), 'Cooldown (ms)');
  assert.equal(overridesText({}), 'the spec as it is');
  assert.equal(overridesText({ 'window.minSamples': 9 }), 'window.minSamples = 9');
});

const judged = (n: number, state: string, action = 'none') => ({
  windowStart: 10_000 * n,
  windowEnd: 10_000 * (n + 1),
  state,
  action,
  likelihood: state === 'drift' ? 0.9 : 0.1,
});

test('both histories are drawn over the windows of either', () => {
  const series = besideSeries([
    { label: 'then', colour: 'grey', verdicts: [judged(0, 'stable'), judged(1, 'drift')] },
    { label: 'now', colour: 'red', verdicts: [judged(1, 'stable')] },
  ]);
  assert.deepEqual(series.columns, [
    [5, 15],
    [0.1, 0.9],
    [null, 0.1],
  ]);
});

test('what is different is told in words', () => {
  const outcome = {
    model: 'shop',
    live: [judged(0, 'stable'), judged(1, 'drift', 'retrain')],
    verdicts: [judged(0, 'stable'), judged(1, 'stable')],
    retrains: [],
    differences: [
      {
        windowStart: 10_000,
        windowEnd: 20_000,
        live: { state: 'drift', action: 'retrain' },
        replayed: { state: 'stable', action: 'none' },
      },
    ],
  };
  assert.equal(
    summaryOf(outcome),
    '0 of 2 verdicts call drift, where 1 of 2 did. 0 retrains are asked for, where 1 was. 1 window is judged otherwise.',
  );
  assert.equal(
    differenceText(outcome.differences[0] ?? assert.fail()),
    'It was drift, and asked for: retrain. It would have been stable.',
  );
  const window = { windowStart: 0, windowEnd: 1 };
  const stable = { state: 'stable', action: 'none' };
  assert.equal(
    differenceText({ ...window, live: null, replayed: stable }),
    'No verdict was given. It would have been stable.',
  );
  assert.equal(
    differenceText({ ...window, live: stable, replayed: null }),
    'It was stable. No verdict would have been given.',
  );
  assert.deepEqual(retrainMarks({ retrains: [{ eventTime: 7, reasons: ['drift'] }] }), [
    { at: 7, kind: 'command', short: 'retrain', text: 'It would have asked for a retrain: drift' },
  ]);
});
