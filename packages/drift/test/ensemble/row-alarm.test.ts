import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DriftSignal, Signal } from '@driftloop/schemas';
import { createEnsemble, WINDOW_TESTS } from '../../src/index.ts';
import { specOf } from '../spec-of.ts';

const spec = specOf({ budget: 100, lengthMs: 1_000, retrain: { minLabels: 50 } });

function windowOf(signal: Signal, number: number, pValue = 0.9, version = 1): DriftSignal {
  return {
    model: 'm',
    version,
    windowStart: 1_000 * number,
    windowEnd: 1_000 * (number + 1),
    signal,
    detector: signal === 'concept' ? 'accuracy' : signal === 'data' ? 'ks' : 'classes',
    feature: '',
    statistic: 0.8,
    pValue,
    threshold: 0.7,
    expected: 0.8,
    detail: '',
    n: 100,
    severity: 0,
    drifted: false,
    changePoint: null,
    rival: null,
    eValue: null,
    ordinal: 0,
    total: 1,
    late: 0,
    ahead: 0,
    through: [{ partition: 0, offset: 100 * number }],
  };
}

function alarm(at: number, version = 1): DriftSignal {
  return {
    ...windowOf('concept', 0, 1, version),
    pValue: null,
    windowStart: at,
    windowEnd: at + 1,
    detector: 'row-watch',
    feature: "'age'",
    statistic: 60_000,
    threshold: 50_000,
    detail: "labels given feature 'age' changed",
    drifted: true,
    changePoint: at - 300,
    changePointFrom: at - 400,
    changePointTo: at - 200,
  };
}

function played(signals: readonly DriftSignal[]) {
  const ensemble = createEnsemble({ tests: WINDOW_TESTS });
  let state = ensemble.initial();
  return signals.map((signal) => {
    state = ensemble.codec.decode(ensemble.codec.encode(state));
    return ensemble.apply(state, signal, spec, 0);
  });
}

const CALM = [0, 1, 2].flatMap((number) => [
  windowOf('data', number),
  windowOf('prediction', number),
  windowOf('concept', number),
]);

test('an alarm is drift at once, confirmed by labels, with its change point and words', () => {
  const verdict = played([...CALM, alarm(3_500)]).at(-1)?.verdict;
  assert.equal(verdict?.state, 'drift');
  assert.ok(verdict.confirmedByLabels);
  assert.deepEqual(
    [verdict.changePoint, verdict.changePointFrom, verdict.changePointTo],
    [3_200, 3_100, 3_300],
  );
  const [first] = verdict.evidence;
  assert.deepEqual([first?.detector, first?.text], ['row-watch', "labels given feature 'age' changed"]);
  assert.ok((first?.weight ?? 0) > 0.9);
  const weights = verdict.evidence.reduce((sum, { weight }) => sum + weight, 0);
  assert.ok(Math.abs(weights - 1) < 0.01, `weights add up to ${weights}`);
});

test('labels of later windows that speak against drift let it fade; those of the same time do not', () => {
  const states = (windows: readonly number[]) =>
    played([...CALM, alarm(3_500), ...windows.map((number) => windowOf('concept', number))])
      .slice(CALM.length)
      .map(({ verdict }) => verdict?.state);
  assert.deepEqual(states([2]), ['drift', undefined]);
  const later = states([3, 4, 5, 6, 7, 8]);
  assert.deepEqual(later.slice(0, 2), ['drift', 'drift']);
  assert.equal(later.at(-1), 'stable');
});

test('an alarm alone asks for no retrain; windows of labels that show a loss do, and tell of it', () => {
  const worse = { ...windowOf('concept', 3, 1e-9), severity: 5, drifted: true };
  const commands = (window: DriftSignal) =>
    played([...CALM, alarm(3_500), window])
      .slice(-2)
      .map(({ command }) => command);
  assert.deepEqual(commands(windowOf('concept', 3)), [undefined, undefined]);
  const [atOnce, afterwards] = commands(worse);
  assert.equal(atOnce, undefined);
  assert.equal(afterwards?.action, 'retrain');
  assert.match(afterwards.reasons.join(), /feature 'age' changed/);
});

test('an alarm about a version that was replaced says nothing, and a new version forgets it', () => {
  const [last] = played([...CALM, windowOf('prediction', 3, 0.9, 2), alarm(3_500)]).slice(-1);
  assert.deepEqual([last?.verdict, last?.command], [undefined, undefined]);
  const [after] = played([...CALM, alarm(3_500), windowOf('prediction', 3, 0.9, 2)]).slice(-1);
  assert.equal(after?.verdict?.state, 'recovering');
  assert.ok(after.verdict.evidence.every(({ detector }) => detector !== 'row-watch'));
});
