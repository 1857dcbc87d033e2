import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Overview, Standing } from '../../queries/overview.ts';
import { needsNow } from './needs.ts';

const AT = 1_800_000_000_000;
const standing = (fields: Partial<Standing> = {}): Standing => ({
  model: 'shop',
  task: 'binary',
  live: 1,
  canary: null,
  shadow: null,
  verdict: {
    version: 1,
    state: 'stable',
    likelihood: 0.1,
    windowEnd: AT,
    action: 'none',
    evidence: 'nothing much',
  },
  realised: null,
  estimated: null,
  requests: { rows: 10, newestAt: AT - 1_000 },
  labels: { rows: 10, newestAt: AT - 1_000 },
  ...fields,
});
const overview = (models: Standing[], openLetters = 0): Overview => ({ at: AT, models, openLetters });
const texts = (...given: Parameters<typeof needsNow>) => needsNow(...given).map(({ text }) => text);

test('a model with traffic, labels and no drift needs nobody', () => {
  assert.deepEqual(needsNow(overview([standing()])), []);
});

test('a drift is urgent and says why in words, a warning is not', () => {
  const verdict = { ...standing().verdict!, state: 'drift', likelihood: 0.999, evidence: 'price moved' };
  assert.deepEqual(needsNow(overview([standing({ verdict })])), [
    {
      weight: 'urgent',
      text: 'shop has drifted (likelihood over 99 %)',
      why: 'price moved',
      to: { page: 'drift', model: 'shop' },
    },
  ]);
  const [warning] = needsNow(overview([standing({ verdict: { ...verdict, state: 'warning' } })]));
  assert.equal(warning?.weight, 'soon');
  assert.deepEqual(texts(overview([standing({ verdict: { ...verdict, state: 'recovering' } })])), []);
});

test('versions on trial wait for a decision, and what is urgent comes first', () => {
  const needs = needsNow(overview([standing({ shadow: 3 }), standing({ model: 'other', live: null })], 2));
  assert.deepEqual(
    needs.map(({ weight }) => weight),
    ['urgent', 'decide', 'soon'],
  );
  assert.match(needs[0]?.text ?? '', /^other has no live version/);
  assert.match(needs[1]?.text ?? '', /^Version 3 of shop answers in shadow/);
  assert.match(needs[2]?.text ?? '', /^2 dead letters are open/);
});

test('silence is told from an hour on, and by how long', () => {
  const silent = (ms: number) => standing({ requests: { rows: 0, newestAt: AT - ms } });
  assert.deepEqual(texts(overview([silent(3_599_999)])), []);
  assert.deepEqual(texts(overview([silent(7_200_000)])), ['shop has had no request for 2 h']);
  const never = standing({ requests: { rows: 0, newestAt: null }, labels: { rows: 0, newestAt: null } });
  assert.deepEqual(texts(overview([never])), ['shop has had no request for a week, if ever']);
});

test('answers without any label are told', () => {
  const [text] = texts(overview([standing({ labels: { rows: 0, newestAt: null } })]));
  assert.match(text ?? '', /no label has come/);
});

test('a service that is far behind is told, one that keeps up is not', () => {
  const reading = (lag: number | null) => [{ group: 'ensemble', topic: 'drift.sketches', lag }];
  const status = (lag: number | null) => ({
    gateway: { ready: true },
    warehouse: { ready: true },
    models: 1,
    reading: reading(lag),
  });
  assert.deepEqual(texts(overview([]), status(5_000)), ['ensemble is 5,000 records behind']);
  assert.deepEqual(texts(overview([]), status(4_999)), []);
  assert.deepEqual(texts(overview([]), status(null)), []);
});
