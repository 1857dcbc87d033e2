import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DriftSignal, DriftVerdict, ModelSpec, RetrainCommand, Signal } from '@driftloop/schemas';
import { createEnsemble, WINDOW_TESTS } from '../../src/index.ts';
import { specOf } from '../spec-of.ts';

const LENGTH = 1000;
const ROWS = 300;

/** Feeds results window by window; a p-value of 1 says that all is well. */
function scene(spec: ModelSpec) {
  const ensemble = createEnsemble({ tests: WINDOW_TESTS });
  let state = ensemble.initial();
  const verdicts: DriftVerdict[] = [];
  const commands: RetrainCommand[] = [];
  const apply = (signal: DriftSignal): void => {
    const result = ensemble.apply(state, signal, spec, 77);
    state = result.state;
    if (result.verdict) verdicts.push(result.verdict);
    if (result.command) commands.push(result.command);
  };
  return {
    verdicts,
    commands,
    apply,
    restart() {
      state = ensemble.codec.decode(ensemble.codec.encode(state));
    },
    size: () => ensemble.codec.encode(state).length,
    data: (window: number, pValue: number, version = 1) =>
      apply(result('data', 'ks', window, pValue, version)),
    prediction: (window: number, pValue: number, version = 1) =>
      apply(result('prediction', 'cbpe', window, pValue, version)),
    concept: (window: number, pValue: number, version = 1) =>
      apply(result('concept', 'accuracy', window, pValue, version)),
    /** A window of labels in which versions in shadow are compared with the live one. */
    shadow: (window: number, version: number, ...rivals: (readonly [rival: number, eValue: number])[]) =>
      rivals.forEach(([rival, eValue], ordinal) => {
        const fields = { feature: `version ${rival}`, detail: `version ${rival} does better`, pValue: null };
        const { length: total } = rivals;
        apply({
          ...result('concept', 'shadow', window, 1, version),
          ...fields,
          ordinal,
          total,
          rival,
          eValue,
        });
      }),
  };
}

function result(
  signal: Signal,
  detector: string,
  window: number,
  pValue: number,
  version: number,
): DriftSignal {
  return {
    model: 'm',
    version,
    windowStart: window * LENGTH,
    windowEnd: (window + 1) * LENGTH,
    signal,
    detector,
    feature: signal === 'data' ? 'f0' : '',
    statistic: signal === 'data' ? 0.3 : pValue < 0.01 ? 0.6 : 0.8,
    pValue,
    threshold: signal === 'data' ? 0.1 : 0.75,
    expected: signal === 'data' ? 0.02 : 0.8,
    detail: '',
    n: ROWS,
    severity: pValue < 0.01 ? 1 : 0,
    drifted: pValue < 0.01,
    changePoint: null,
    rival: null,
    eValue: null,
    ordinal: 0,
    total: 1,
    late: 0,
    ahead: 0,
    through: [{ partition: 0, offset: 100 * (window + 1) }],
  };
}

const GONE = 1e-7;

test('a quiet stream stays stable', () => {
  const { verdicts, commands, data, prediction, concept } = scene(specOf({}));
  for (let window = 0; window < 30; window++) {
    data(window, 0.4);
    prediction(window, 0.6);
    concept(window, 0.5);
  }
  assert.ok(verdicts.every(({ state, likelihood }) => state === 'stable' && likelihood < 0.1));
  assert.deepEqual(
    verdicts.map(({ sequence }) => sequence),
    verdicts.map((_, i) => i),
  );
  assert.deepEqual(commands, []);
});

test('inputs that change warn while labels lag; labels confirm, and the change is dated and sent to the trainer', () => {
  const { verdicts, commands, data, prediction, concept } = scene(specOf({ retrain: { minLabels: 600 } }));
  for (let window = 0; window < 10; window++) {
    data(window, window < 6 ? 0.5 : GONE);
    prediction(window, 0.5);
    if (window >= 2) concept(window - 2, 0.5);
  }
  assert.equal(verdicts.at(-1)?.state, 'warning');
  assert.equal(verdicts.at(-1)?.changePoint, 6 * LENGTH);
  assert.equal(verdicts.find(({ state }) => state !== 'stable')?.windowStart, 6 * LENGTH);
  assert.ok(verdicts.at(-1)?.evidence[0]?.text.includes('f0'));
  concept(8, GONE);
  const verdict = verdicts.at(-1);
  assert.equal(verdict?.state, 'drift');
  assert.equal(verdict?.confirmedByLabels, true);
  assert.equal(
    verdict?.evidence.find(({ signal }) => signal === 'concept')?.text,
    'accuracy 60 % over 300 rows, 80 % expected, 75 % is the limit',
  );
  const [command] = commands;
  assert.equal(command?.commandId, verdict?.commandId);
  assert.equal(verdict?.action, 'retrain');
  assert.deepEqual(command?.labelsThrough, [{ partition: 0, offset: 900 }]);
  assert.equal(command?.issuedAt, 77);
  assert.equal(command?.eventTime, 10 * LENGTH);
  assert.ok(command?.selection.some(({ reason }) => reason === 'since the change'));
});

test('labels that show no loss withdraw a warning although the inputs stay changed', () => {
  const { verdicts, data, prediction, concept } = scene(specOf({}));
  for (let window = 0; window < 40; window++) {
    data(window, window < 5 ? 0.5 : GONE);
    prediction(window, 0.5);
    if (window >= 2) concept(window - 2, 0.6);
  }
  assert.ok(verdicts.some(({ state }) => state === 'warning'));
  assert.ok(verdicts.every(({ state }) => state !== 'drift'));
  assert.equal(verdicts.at(-1)?.state, 'stable');
});

test('label-free evidence alone is drift only when inputs and answers are overwhelming for more than one window', () => {
  const { verdicts, data, prediction } = scene(specOf({ budget: 50 }));
  for (let window = 0; window < 5; window++) {
    data(window, 0.5);
    prediction(window, 0.5);
  }
  data(5, 1e-9);
  prediction(5, 1e-9);
  assert.equal(verdicts.at(-1)?.state, 'warning');
  data(6, 1e-9);
  prediction(6, 1e-9);
  assert.equal(verdicts.at(-1)?.state, 'drift');
  assert.equal(verdicts.at(-1)?.confirmedByLabels, false);
});

test('a new version starts afresh: recovering until labels have proven it', () => {
  const { verdicts, data, prediction, concept } = scene(specOf({}));
  for (let window = 0; window < 6; window++) {
    data(window, 0.5);
    prediction(window, 0.5);
    concept(window, window < 4 ? 0.5 : GONE);
  }
  assert.equal(verdicts.at(-1)?.state, 'drift');
  prediction(6, 0.5, 2);
  assert.deepEqual([verdicts.at(-1)?.state, verdicts.at(-1)?.version], ['recovering', 2]);
  // Late labels of the old version say nothing about the new one.
  concept(6, GONE, 1);
  assert.equal(verdicts.at(-1)?.state, 'recovering');
  concept(7, 0.5, 2);
  assert.equal(verdicts.at(-1)?.state, 'stable');
});

test('an older version is live again once it answers alone', () => {
  const { verdicts, prediction } = scene(specOf({}));
  prediction(0, 0.5, 2);
  prediction(1, 0.5, 1);
  assert.equal(verdicts.at(-1)?.version, 2);
  prediction(1, 0.5, 2);
  prediction(2, 0.5, 1);
  assert.equal(verdicts.at(-1)?.version, 2);
  prediction(3, 0.5, 1);
  assert.equal(verdicts.at(-1)?.version, 1);
});

test('cooldown, enabled and minLabels hold commands back; age asks for one without drift', () => {
  // No version in shadow is compared: no candidate waits there.
  const detectors = ['ks', 'cbpe', 'accuracy'];
  const run = (retrain: Partial<ModelSpec['retrain']>, quiet = false, named = detectors) => {
    const { commands, data, prediction, concept } = scene(specOf({ retrain, detectors: named }));
    for (let window = 0; window < 20; window++) {
      data(window, 0.5);
      prediction(window, 0.5);
      concept(window, quiet || window < 3 ? 0.5 : GONE);
    }
    return commands.map(({ eventTime }) => eventTime / LENGTH);
  };
  assert.deepEqual(run({ enabled: false }), []);
  assert.deepEqual(run({ minLabels: 1e6 }), []);
  const [first = 0, second = 0] = run({ cooldownMs: 5 * LENGTH });
  assert.equal(first, 4);
  assert.equal(second - first, 5);
  // A candidate that may be on trial and does not come holds the next one back for eight windows.
  assert.deepEqual(run({ cooldownMs: 5 * LENGTH }, false, []), [4, 12, 20]);
  assert.deepEqual(run({ maxAgeMs: 8 * LENGTH }, true), [8, 16]);
  assert.deepEqual(run({ maxAgeMs: 0 }, true), []);
});

test('the same decision has the same id, whenever it is made', () => {
  const idOf = (): string | undefined => {
    const { commands, concept, prediction } = scene(specOf({}));
    prediction(0, 0.5);
    for (let window = 0; window < 5; window++) concept(window, window < 3 ? 0.5 : GONE);
    return commands[0]?.commandId;
  };
  assert.ok(idOf());
  assert.equal(idOf(), idOf());
});

test('repeated windows and restarts change nothing', () => {
  const plain = scene(specOf({}));
  const disturbed = scene(specOf({}));
  for (let window = 0; window < 12; window++) {
    for (const { data, prediction, concept } of [plain, disturbed]) {
      data(window, window < 6 ? 0.4 : 1e-5);
      prediction(window, 0.3);
      concept(window, window < 8 ? 0.5 : 1e-4);
    }
    disturbed.restart();
    disturbed.data(window, 0.001);
    if (window > 0) disturbed.concept(window - 1, 1e-6);
  }
  assert.deepEqual(disturbed.verdicts, plain.verdicts);
  assert.deepEqual(disturbed.commands, plain.commands);
});

test('a window counts when its last result has come; a gap in it leaves it out', () => {
  const { verdicts, apply } = scene(specOf({}));
  const part = (window: number, ordinal: number, pValue = 0.5): DriftSignal => ({
    ...result('data', `test${ordinal}`, window, pValue, 1),
    ordinal,
    total: 3,
  });
  apply(part(0, 0));
  apply(part(0, 1));
  assert.equal(verdicts.length, 0);
  apply(part(0, 2));
  assert.equal(verdicts.length, 1);
  apply(part(1, 0));
  apply(part(1, 2));
  assert.equal(verdicts.length, 1);
});

test('the state stays small, however long the stream', () => {
  const { apply, size } = scene(specOf({}));
  for (let window = 0; window < 1000; window++) {
    for (let feature = 0; feature < 64; feature++) {
      apply({
        ...result('data', 'mean', window, 0.5, 1),
        feature: `feature_${feature}`,
        statistic: -1.23456,
        ordinal: feature,
        total: 64,
      });
    }
    apply(result('concept', 'accuracy', window, 0.5, 1));
  }
  assert.ok(size() < 200_000, `${size()} bytes`);
});

const inShadow = (...shadowVersions: number[]) => ({
  ...specOf({ budget: 50 }),
  rollout: { canaryShare: 0, shadowVersions },
});

test('a version in shadow that is proven better is asked back, once, and with what proves it', () => {
  const { verdicts, commands, shadow, prediction, restart } = scene(inShadow(1));
  prediction(0, 0.5, 4);
  shadow(0, 4, [1, 9]);
  assert.equal(commands.length, 0);
  restart();
  shadow(1, 4, [1, 9]);
  const [command] = commands;
  assert.equal(command?.action, 'restore');
  assert.equal(command?.baseVersion, 4);
  assert.equal(command?.restoreVersion, 1);
  assert.deepEqual(command?.reasons, [
    'version 1 does better',
    'the evidence that version 1 is right more often stands at 81 to 1 since 1970-01-01T00:00:00.000Z',
  ]);
  const verdict = verdicts.at(-1);
  assert.equal(verdict?.action, 'restore');
  assert.equal(verdict?.commandId, command?.commandId);
  assert.deepEqual(verdict?.evidence.at(-1), {
    signal: 'concept',
    detector: 'shadow',
    feature: 'version 1',
    windowStart: 0,
    weight: 0,
    text: 'version 1 does better',
  });
  for (let window = 2; window < 5; window++) shadow(window, 4, [1, 9]);
  assert.equal(commands.length, 1);
  // It may have failed.
  shadow(5, 4, [1, 9]);
  assert.equal(commands.length, 2);
});

test('evidence for a version in shadow is outweighed by windows in which the live one does better', () => {
  const { commands, shadow, prediction } = scene(inShadow(1));
  prediction(0, 0.5, 4);
  for (let window = 0; window < 20; window++) shadow(window, 4, [1, window % 2 ? 0.1 : 9]);
  assert.deepEqual(commands, []);
});

test('several versions in shadow share the false alarms, and the surest comes back', () => {
  const { commands, shadow, prediction } = scene(inShadow(1, 2));
  prediction(0, 0.5, 4);
  shadow(0, 4, [1, 60], [2, 30]);
  assert.deepEqual(commands, []);
  shadow(1, 4, [1, 2], [2, 20]);
  assert.deepEqual(
    commands.map(({ restoreVersion }) => restoreVersion),
    [2],
  );
});

test('evidence is about the version that is live, and its replacement begins anew', () => {
  const { commands, shadow, prediction } = scene(inShadow(1));
  prediction(0, 0.5, 4);
  shadow(0, 4, [1, 40]);
  prediction(1, 0.5, 5);
  shadow(1, 4, [1, 40]);
  shadow(2, 5, [1, 40]);
  assert.deepEqual(commands, []);
});

test('where the surest version does not come back, the next one is asked for', () => {
  const { commands, shadow, prediction } = scene(inShadow(1, 7));
  prediction(0, 0.5, 4);
  for (let window = 0; window < 9; window++) shadow(window, 4, [1, 110], [7, 200]);
  assert.deepEqual(
    commands.map(({ restoreVersion }) => restoreVersion),
    [7, 1, 7],
  );
});

test('a version is asked for again after the cooldown, from another version at once', () => {
  const spec = inShadow(1);
  const { commands, shadow, prediction } = scene({
    ...spec,
    retrain: { ...spec.retrain, cooldownMs: 8 * LENGTH },
  });
  prediction(0, 0.5, 4);
  for (let window = 0; window < 6; window++) shadow(window, 4, [1, 99]);
  assert.equal(commands.length, 1);
  prediction(6, 0.5, 5);
  shadow(6, 5, [1, 99]);
  assert.deepEqual(
    commands.map(({ baseVersion }) => baseVersion),
    [4, 5],
  );
});

test('evidence for a version in shadow does not grow without limit: what was long true fades when it no longer is', () => {
  const { commands, shadow, prediction } = scene(inShadow(1));
  prediction(0, 0.5, 4);
  for (let window = 0; window < 4; window++) shadow(window, 4, [1, 99]);
  assert.equal(commands.length, 1);
  for (let window = 4; window < 12; window++) shadow(window, 4, [1, 0.05]);
  assert.equal(commands.length, 1);
});

test('no version is asked back that the spec no longer has answer in shadow, nor where the loop may change nothing', () => {
  for (const spec of [inShadow(), { ...inShadow(1), retrain: { ...specOf({}).retrain, enabled: false } }]) {
    const { commands, shadow, prediction } = scene(spec);
    prediction(0, 0.5, 4);
    shadow(0, 4, [1, 1e5]);
    assert.deepEqual(commands, []);
  }
});

test('a candidate in shadow is promoted once, and its replacement begins anew', () => {
  const { verdicts, commands, shadow, prediction, restart } = scene(inShadow(1));
  prediction(0, 0.5, 4);
  shadow(0, 4, [1, 0.5], [5, 40]);
  assert.deepEqual(commands, []);
  restart();
  shadow(1, 4, [1, 0.5], [5, 40]);
  shadow(2, 4, [1, 0.5], [5, 40]);
  assert.deepEqual(
    commands.map(({ action, restoreVersion, baseVersion }) => [action, restoreVersion, baseVersion]),
    [['promote', 5, 4]],
  );
  const verdict = verdicts.find(({ action }) => action === 'promote');
  assert.deepEqual(verdict?.evidence.at(-1)?.text, 'version 5 does better');
  prediction(3, 0.5, 5);
  for (let window = 3; window < 20; window++) shadow(window, 4, [5, 40]);
  assert.equal(commands.length, 1, 'labels of the version before say nothing of the new one');
});

test('a candidate that is not proven better is rejected once, and is no candidate any more', () => {
  const { commands, shadow, prediction, restart } = scene(inShadow());
  prediction(0, 0.5, 4);
  for (let window = 0; window < 12; window++) {
    shadow(window, 4, [5, window < 8 ? 1 : 1e6]);
    restart();
  }
  assert.deepEqual(
    commands.map(({ action, restoreVersion, eventTime }) => [action, restoreVersion, eventTime / LENGTH]),
    [['reject', 5, 8]],
  );
});

test('after a loss of the line of versions the next one is tried in shadow', () => {
  const rolloutAfter = (yardstick: number) => {
    const { commands, apply, data, prediction } = scene({ ...inShadow(1), drift: specOf({}).drift });
    for (let window = 0; window < 8; window++) {
      data(window, 0.5, 4);
      prediction(window, 0.5, 4);
      const accuracy = result('concept', 'accuracy', window, window < 3 ? 0.5 : GONE, 4);
      const duel = result('concept', 'shadow', window, 1, 4);
      apply({ ...accuracy, total: 2 });
      apply({ ...duel, pValue: null, ordinal: 1, total: 2, rival: 1, eValue: 0.9, statistic: yardstick });
    }
    const [command] = commands;
    return [command?.action, command?.rollout];
  };
  assert.deepEqual(rolloutAfter(-0.1), ['retrain', 'publish']);
  assert.deepEqual(rolloutAfter(0.001), ['retrain', 'fresh']);
  assert.deepEqual(rolloutAfter(0.1), ['retrain', 'shadow']);
});

test('a state from before there were versions in shadow is gone on from', () => {
  const ensemble = createEnsemble({ tests: WINDOW_TESTS });
  const state = ensemble.initial();
  ensemble.apply(state, result('prediction', 'cbpe', 0, 0.5, 4), inShadow(1), 77);
  const saved = JSON.parse(ensemble.codec.encode(state));
  for (const [, model] of saved.models) {
    for (const field of ['rivals', 'askedBack', 'awaited', 'promoted', 'rejected', 'credit'])
      delete model[field];
  }
  const restored = ensemble.codec.decode(JSON.stringify(saved));
  const signal = { ...result('concept', 'shadow', 0, 1, 4), pValue: null, rival: 1, eValue: 99 };
  assert.equal(ensemble.apply(restored, signal, inShadow(1), 77).command?.action, 'restore');
});
