import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DriftSignal, ModelSpec, Signal } from '@driftloop/schemas';
import type { LabelledRows } from '@driftloop/spec';
import { createRandom } from '@driftloop/stats';
import { testTableOf } from '../../src/ensemble/test-table.ts';
import { wordsOf } from '../../src/ensemble/words.ts';
import { createReducer, type ReferenceProfile, TEST_NAMES, WINDOW_TESTS } from '../../src/index.ts';
import type { EvidenceItem } from '../../src/signals/evidence-item.ts';
import { chunkOf, contextOf, profileOf, rowsOf, signalsFrom, specOf } from '../fixtures.ts';

const SIGNALS: readonly Signal[] = ['data', 'prediction', 'concept'];
const TABLE = testTableOf(WINDOW_TESTS);
const ROWS = 400;
const ALL = Object.values(TEST_NAMES).flat();

/**
 * Results of the second of two windows; in it the first feature has moved, others come in other
 * shares, and labels are turned.
 */
function drifted(signal: Signal, spec: ModelSpec, profile: ReferenceProfile): DriftSignal[] {
  const context = contextOf(spec, profile);
  const random = createRandom(3);
  const reducer = createReducer(signal);
  const state = reducer.initial();
  const windows = [
    rowsOf(spec, ROWS, random),
    changed(spec, rowsOf(spec, ROWS, random)),
    rowsOf(spec, 1, random),
  ];
  return windows
    .flatMap((data, window) => {
      const times = Array.from({ length: data.rows }, (_, i) => window * 1000 + i);
      const place = { partition: 0, chunkStart: window * 1000, chunkEnd: (window + 1) * 1000 };
      return chunkOf(signal, context, place, data, times);
    })
    .flatMap((sketch) => signalsFrom(reducer, state, sketch, context))
    .filter(({ windowStart }) => windowStart === 1000);
}

function changed(spec: ModelSpec, data: LabelledRows): LabelledRows {
  const features = data.features.slice();
  for (let row = 0; row < data.rows; row++) {
    const at = row * data.width;
    features[at] = row % 8 === 0 ? Number.NaN : (features[at] ?? 0) + 0.75;
    features[at + spec.features.length - 1] = row % 2 === 0 ? 2 : 7;
  }
  return { ...data, features, labels: data.labels.map((label, i) => (i % 3 === 0 ? label : 1 - label)) };
}

/** By test and feature. */
const TEXTS: Readonly<Record<string, string>> = {
  'ks f0':
    "values of f0 lie 31 % from the reference's distribution over 400 rows, about 5 % expected by chance, 12 % is the limit",
  'psi f0':
    'f0 has a stability index of 1.32 over 400 rows, about 0.0283 expected by chance, 0.1 is the limit',
  'psi c': 'c has a stability index of 7.58 over 400 rows, about 0.0105 expected by chance, 0.1 is the limit',
  'chi2 c':
    'a category never seen makes up 50 % of c, 0 % in the reference; all shares together: chi-square 1730 over 400 rows, about 3 expected by chance, 19.3 is the limit',
  'mean f0':
    'the mean of f0 moved by +0.72 standard deviations over 400 rows, 0 expected, +0.213 is the limit',
  'missing f0': '13 % of f0 is missing or not finite over 400 rows, 0.03 % expected, 1 % is the limit',
  'missing c': '0 % of c is missing or not finite over 400 rows, 0.03 % expected, 1 % is the limit',
  'kind no': 'no drift would leave chi-square 155 unexplained and costs 0',
  'kind covariate': 'covariate drift would leave chi-square 129 unexplained and costs 6.62',
  'kind prior':
    'prior drift would leave chi-square 160 unexplained and costs 6.62: class 1 makes up 49 % of the labels, 49 % in the reference',
  'kind concept':
    'concept drift would leave chi-square 26.4 unexplained and costs 13.2: of the answers class 1 56 % are right, 79 % in the reference',
  'nulls f0': 'f0 lacks 13 % more values than in the reference',
  'renamed c':
    'category 0, category 1 of c have gone, and categories never seen have the same share of the rows, 50 %: renamed',
  'segment c': 'c in categories never seen: 50 % of the rows, 0 % in the reference',
  'segment f0': 'f0 from 0.553 to 3.44: 58 % of the rows, 27 % in the reference',
  'shadow version 2': 'version 2 answers 100 % of 400 requests right in shadow, version 1 46 %',
  mmd: 'the features together look unlike the reference, their mean discrepancy is 0.305 over 400 rows, 0 expected, 0.039 is the limit',
  pca: 'the features do not move together as they did, their reconstruction error is 0.729 over 400 rows, 0.451 expected, 0.609 is the limit',
  cbpe: 'estimated accuracy 79 % over 400 rows, 79 % expected, 72 % is the limit',
  'estimates accuracy': 'estimated accuracy 79 % over 400 rows, 79 % expected, 74 % is the limit',
  'estimates precision': 'estimated precision 79 % over 400 rows, 79 % expected, 71 % is the limit',
  'estimates recall': 'estimated recall 87 % over 400 rows, 77 % expected, 74 % is the limit',
  'estimates runningAccuracy':
    'estimated accuracy since the version began 79 % over 400 rows, 79 % expected, 74 % is the limit',
  'estimates rocAuc': 'estimated ROC AUC 77 % over 400 rows, 79 % expected, 74 % is the limit',
  'estimates specificity': 'estimated specificity 66 % over 400 rows, 80 % expected, 71 % is the limit',
  'limit accuracy':
    'accuracy is estimated at 79 % (71 % to 86 %) before labels, 72 % likely below the limit of 80 %',
  classes:
    'class 1 makes up 65 % of the answers, 48 % in the reference; all shares together: chi-square 44.1 over 400 rows, about 1 expected by chance, 11.2 is the limit',
  confidence:
    "the confidences of the answers lie 0 % from the reference's distribution over 400 rows, about 5 % expected by chance, 10 % is the limit",
  entropy: 'mean entropy of the answers 0.722 over 400 rows, 0.722 expected, 0.722 is the limit',
  accuracy: 'accuracy 46 % over 400 rows, 79 % expected, 71 % is the limit',
  calibration: 'the model is surer than right by 35 % over 400 rows, 1 % expected, 9 % is the limit',
  labels:
    'class 1 makes up 51 % of the labels, 49 % in the reference; all shares together: chi-square 0.653 over 400 rows, about 1 expected by chance, 14 is the limit',
  lag: 'labels come 0.005 s after the answers over 400 rows, 0.005 s expected, 0.015 s is the limit',
  'adwin-paper':
    'adwin-paper found more errors, 49 % now over 400 rows, 21 % expected, its limit is passed by chance in at most 7 % of windows',
  'e-cusum':
    'e-cusum found more errors, 45 % now over 400 rows, 21 % expected, its limit is passed by chance in at most 4 % of windows',
  'e-sr':
    'e-sr found more errors, 50 % now over 400 rows, 21 % expected, its limit is passed by chance in at most 4 % of windows',
  'glr-bernoulli':
    'glr-bernoulli found more errors, 55 % now over 400 rows, 21 % expected, its limit is passed by chance in at most 1 % of windows',
  'glr-bounded':
    'glr-bounded found more errors, 55 % now over 400 rows, 21 % expected, its limit is passed by chance in at most 40 % of windows',
  'glr-gaussian':
    'glr-gaussian found more errors, 55 % now over 400 rows, 21 % expected, its limit is passed by chance in at most 40 % of windows',
  'hddm-a':
    'hddm-a found more errors, 55 % now over 400 rows, 21 % expected, its limit is passed by chance in at most 0.9 % of windows',
  'hddm-w':
    'hddm-w found more errors, 51 % now over 400 rows, 21 % expected, its limit is passed by chance in at most 5 % of windows',
  'page-hinkley':
    'page-hinkley found more errors, 53 % now over 400 rows, 21 % expected, its limit is passed by chance in at most 11 % of windows',
  adwin:
    'adwin found more errors, 55 % now over 400 rows, 21 % expected, its limit is passed by chance in at most 7 % of windows',
  ddm: 'ddm found more errors, 53 % now over 400 rows, 21 % expected, its limit is passed by chance in at most 2 % of windows',
  eddm: 'eddm found more errors, 55 % now over 400 rows, 21 % expected, its limit is passed by chance in at most 38 % of windows',
  fhddm:
    'fhddm found more errors, 52 % now over 400 rows, 21 % expected, its limit is passed by chance in at most 40 % of windows',
  kswin:
    'kswin found more errors, 53 % now over 400 rows, 21 % expected, its limit is passed by chance in at most 40 % of windows',
};

test('every test of every signal says what it saw, what it expected and what its limit is', () => {
  const spec = specOf({ numeric: 2, categorical: true, detectors: ALL });
  const limited = { ...spec, drift: { ...spec.drift, limits: [{ metric: 'accuracy', value: 0.8 }] } };
  const profile = profileOf(spec, 3000);
  const items = [
    ...SIGNALS.flatMap((signal) => drifted(signal, spec, profile)),
    ...drifted('prediction', limited, profile).filter(({ detector }) => detector === 'limit'),
  ];
  const texts = items
    .filter(({ feature }) => feature !== 'f1')
    .map((item) => [`${item.detector} ${item.feature}`.trim(), wordsOf(TABLE, 'binary', item, item.n)]);
  assert.deepEqual(Object.fromEntries(texts), TEXTS);
  const spoken = new Set(Object.keys(TEXTS).map((key) => key.split(' ')[0]));
  assert.deepEqual(
    ALL.filter((name) => !spoken.has(name)),
    // Embeddings and texts, which this model does not have: see below.
    [
      ...['vectors', 'words'],
      // Faults that this window does not have: each says them in its own words, see test/faults.
      ...['swapped', 'unit', 'constant', 'placeholder', 'rounded', 'clock', 'duplicates', 'gap'],
    ],
  );
});

const item: EvidenceItem = {
  detector: 'accuracy',
  feature: '',
  statistic: 0.5,
  threshold: 0.75,
  expected: 0.8,
  detail: '',
  pValue: 0.2,
  severity: 0.1,
  drifted: false,
  changePoint: null,
};
const { expected: _expected, detail: _detail, ...OLD } = item;
const OTHER_TEXTS: Readonly<Record<string, [string, string]>> = {
  'the words of a text': [
    wordsOf(
      TABLE,
      'binary',
      {
        ...item,
        detector: 'words',
        feature: 'review',
        statistic: 44.12,
        expected: 1,
        threshold: 11.2,
        detail: "'refund' is in 12 % of review, 2 % in the reference",
      },
      400,
    ),
    "'refund' is in 12 % of review, 2 % in the reference: chi-square 44.1 over 400 rows, about 1 expected by chance, 11.2 is the limit",
  ],
  'vectors of an embedding': [
    wordsOf(TABLE, 'binary', { ...item, detector: 'vectors', feature: 'v', expected: 0 }, 400),
    "the vectors of v lie elsewhere than the reference's, their mean discrepancy is 0.5 over 400 rows, 0 expected, 0.75 is the limit",
  ],
  'the length of a text': [
    wordsOf(
      TABLE,
      'binary',
      { ...item, detector: 'ks', feature: 'r', expected: 0.1, detail: 'the length of r in characters' },
      90,
    ),
    "values of the length of r in characters lie 50 % from the reference's distribution over 90 rows, about 10 % expected by chance, 75 % is the limit",
  ],
  'a regression': [
    wordsOf(TABLE, 'regression', { ...item, expected: 0.4 }, 1200),
    'mean squared error 0.5 over 1,200 rows, 0.4 expected, 0.75 is the limit',
  ],
  'values of a regression': [
    wordsOf(TABLE, 'regression', { ...item, detector: 'confidence', expected: 0.1 }, 90),
    "the predicted values lie 50 % from the reference's distribution over 90 rows, about 10 % expected by chance, 75 % is the limit",
  ],
  'a detector of a regression, which knows no expectation': [
    wordsOf(TABLE, 'regression', { ...item, detector: 'adwin', expected: null, pValue: 1 }, 90),
    'adwin sees 50 % rows with an error above the usual mean over 90 rows, within its limit',
  ],
  'a detector without an alarm': [
    wordsOf(TABLE, 'binary', { ...item, detector: 'ddm', statistic: 0.213, expected: 0.2, pValue: 1 }, 90),
    'ddm sees 21 % errors over 90 rows, 20 % expected, within its limit',
  ],
  'a mean that fell, of a reference that was not at 0': [
    wordsOf(
      TABLE,
      'binary',
      { ...item, detector: 'mean', feature: 'x', statistic: 0.5, expected: 1, threshold: 0.8 },
      90,
    ),
    'the mean of x moved by -0.5 standard deviations over 90 rows, 0 expected, -0.2 is the limit',
  ],
  'a name with a comma, and one row': [
    wordsOf(TABLE, 'binary', { ...item, detector: 'psi', feature: 'town, country', expected: 0.1 }, 1),
    'town, country has a stability index of 0.5 over 1 row, about 0.1 expected by chance, 0.75 is the limit',
  ],
  'an item of a checkpoint that is older than expectations': [
    wordsOf(TABLE, 'binary', { ...OLD, detector: 'classes', statistic: 92.6, threshold: 18.2 }, 336),
    'the predicted classes come in other shares: chi-square 92.6 over 336 rows, 18.2 is the limit',
  ],
  'a test that has no words of its own': [
    wordsOf(TABLE, 'binary', { ...item, detector: 'new', feature: 'x' }, 90),
    'new of x 0.5 over 90 rows, 0.8 expected, 0.75 is the limit',
  ],
};

for (const [what, [text, expected]] of Object.entries(OTHER_TEXTS)) {
  test(`words of ${what}`, () => {
    assert.equal(text, expected);
  });
}

test('what has a name is called by it', () => {
  const plain = specOf({ numeric: 1, categorical: true, detectors: ['chi2', 'classes', 'labels'] });
  const spec: ModelSpec = {
    ...plain,
    classNames: ['nein', 'ja'],
    features: plain.features.map((feature) =>
      feature.kind === 'categorical' ? { ...feature, categories: ['Mo', 'Di', 'Mi'] } : feature,
    ),
  };
  const profile = profileOf(spec, 3000, 1);
  const details = (signal: Signal) =>
    drifted(signal, spec, profile).flatMap(({ detector, detail }) =>
      ['chi2', 'classes', 'labels'].includes(detector) ? [detail] : [],
    );
  assert.match(details('data').join(), /^a category never seen makes up|^category (Mo|Di|Mi) makes up/);
  assert.match(details('prediction').join(), /^class (ja|nein) makes up/);
  assert.match(details('concept').join(), /^class (ja|nein) makes up/);
  const layout = profile.layout.features.find(({ kind }) => kind === 'categorical');
  assert.deepEqual(layout?.kind === 'categorical' ? layout.names : [], ['Mo', 'Di', 'Mi']);
});
