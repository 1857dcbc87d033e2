import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DETECTORS } from '../../src/index.ts';

test('a detector makes instances of its name, and no two have the same', () => {
  for (const { name, create } of DETECTORS) assert.equal(create().name, name);
  assert.equal(new Set(DETECTORS.map(({ name }) => name)).size, DETECTORS.length);
});

test('which detectors run by default, and which take a mean from the reference', () => {
  const names = (kinds: typeof DETECTORS) => kinds.map(({ name }) => name);
  assert.deepEqual(names(DETECTORS.filter(({ byDefault }) => byDefault)), ['adwin', 'hddm-a']);
  const betting = DETECTORS.filter(({ parametersOf }) => parametersOf);
  assert.deepEqual(names(betting), ['e-sr', 'e-cusum']);
  for (const { parametersOf } of betting) assert.deepEqual(parametersOf?.(0.2), { mean: 0.2 });
});

test('false alarms per row are those that were measured or promised', () => {
  const rates = DETECTORS.flatMap(({ name, falseAlarmsPerRow: rate }) => (rate ? [[name, rate]] : []));
  assert.deepEqual(Object.fromEntries(rates), {
    adwin: 1.84e-4,
    'adwin-paper': 1.84e-4,
    ddm: 0.42e-4,
    eddm: 9.58e-4,
    'hddm-a': 0.23e-4,
    'hddm-w': 1.26e-4,
    'page-hinkley': 2.65e-4,
    'glr-bernoulli': 0.34e-4,
    'e-sr': 1e-4,
    'e-cusum': 1e-4,
  });
});
