import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CauseInput, causesOf, faultsOf, isFault } from '../../src/cause/causes.ts';
import { testTableOf } from '../../src/ensemble/test-table.ts';
import { WINDOW_TESTS } from '../../src/index.ts';
import { itemWith } from '../ensemble/models.ts';

const tests = testTableOf(WINDOW_TESTS);
const moved = (feature: string, pValue = 1e-12) =>
  itemWith({ detector: 'ks', feature, pValue, drifted: true, severity: 1 });
const fault = (detector: string, feature: string, detail = '') =>
  itemWith({ detector, feature, statistic: 0.4, detail });
const kinds = (no: number, covariate: number, prior: number, concept: number) =>
  Object.entries({ no, covariate, prior, concept }).map(([feature, statistic]) =>
    itemWith({ detector: 'kind', feature, statistic, threshold: 10, detail: `${feature} sits here` }),
  );
const segment = itemWith({ detector: 'segment', feature: 'b', statistic: 0.2, detail: 'b below 3' });

function causes(given: Partial<CauseInput>) {
  return causesOf({
    tests,
    data: [],
    concept: [],
    isDrift: true,
    isConfirmed: false,
    watched: '',
    ...given,
  });
}
const firstOf = (given: Partial<CauseInput>) => causes(given)[0];

test('without drift and without a fault there is no cause', () => {
  assert.deepEqual(causes({ isDrift: false, data: [moved('a'), segment] }), []);
});

test('columns that moved together are one covariate drift, with where it sits', () => {
  assert.deepEqual(causes({ data: [moved('a', 1e-6), moved('b'), segment] }), [
    {
      kind: 'covariate',
      columns: ['b', 'a'],
      weight: 0.5,
      share: 1,
      segment: 'b below 3',
      text: 'the inputs have moved together: b and a; what they mean is as it was',
      advice: 'wait_for_labels',
    },
  ]);
});

test('what labels fit decides: inputs, shares of the truths, or what inputs mean', () => {
  const data = [moved('a'), segment];
  assert.equal(firstOf({ data, concept: kinds(300, 10, 250, 280) })?.kind, 'covariate');
  const prior = firstOf({ data, concept: kinds(300, 200, 12, 280) });
  assert.deepEqual([prior?.kind, prior?.segment, prior?.advice], ['prior', 'prior sits here', 'retrain']);
  const concept = firstOf({ concept: kinds(300, 280, 250, 8), watched: 'a' });
  assert.deepEqual([concept?.kind, concept?.columns, concept?.weight], ['concept', ['a'], 1]);
  // Where inputs moved as far, it is they.
  assert.notEqual(firstOf({ data: [moved('a', 1e-80)], concept: kinds(300, 280, 270, 8) })?.kind, 'concept');
});

test('labels that show a loss ask for a new version', () => {
  assert.equal(firstOf({ data: [moved('a')], isConfirmed: true })?.advice, 'retrain');
});

test('a fault comes first and explains its columns; what is left is drift beside it', () => {
  const data = [fault('unit', 'a', 'a in cents'), moved('a')];
  assert.deepEqual(causes({ data }), [
    {
      kind: 'unit',
      columns: ['a'],
      weight: 1,
      share: 0.4,
      segment: '',
      text: 'a in cents',
      advice: 'mend_source',
    },
  ]);
  assert.deepEqual(
    causes({ data: [...data, moved('b')] }).map(({ kind, columns }) => [kind, columns]),
    [
      ['unit', ['a']],
      ['covariate', ['b']],
    ],
  );
});

test('the most telling sign of a column is told, and one fault of whole rows beside it', () => {
  const data = [
    fault('duplicates', ''),
    fault('constant', 'a'),
    fault('swapped', 'a, b'),
    fault('nulls', 'b, c'),
  ];
  assert.deepEqual(
    causes({ data, isDrift: false }).map(({ kind }) => kind),
    ['swapped', 'nulls', 'duplicates'],
  );
});

test('a fault is named with or without drift, and known as one', () => {
  const data = [moved('a'), fault('gap', ''), fault('nulls', 'b')];
  assert.deepEqual([faultsOf(tests, data), faultsOf(tests, [moved('a')])], [['nulls', 'gap'], []]);
  assert.deepEqual([isFault({ kind: 'gap' }), isFault({ kind: 'covariate' })], [true, false]);
});

test('causes have their fields in the order of the schema, as what comes back from Kafka: texts of both are compared', () => {
  const order = ['kind', 'columns', 'weight', 'share', 'segment', 'text', 'advice'];
  const faults = causes({ data: [fault('unit', 'a', 'a in cents'), moved('a')] });
  const drifts = causes({ data: [moved('a')] });
  assert.deepEqual([...faults, ...drifts].map(isFault), [true, false]);
  for (const cause of [...faults, ...drifts]) assert.deepEqual(Object.keys(cause), order);
});
