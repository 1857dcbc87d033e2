import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Signal } from '@driftloop/schemas';
import type { ModelState } from '../../src/ensemble/state.ts';
import { followVersion } from '../../src/ensemble/version.ts';
import { modelWith } from './models.ts';

const windowOf = (version: number, start = 7000) => ({ start, end: start + 1000, version, n: 10, items: [] });

/** The live version after windows of one signal, each of a version. */
function liveAfter(signal: Signal, versions: readonly number[], live = 4): number {
  const model = modelWith({ version: live });
  for (const version of versions) followVersion(model, signal, windowOf(version));
  return model.version;
}

test('a newer version in inputs or answers is live at once', () => {
  assert.deepEqual([liveAfter('data', [5]), liveAfter('prediction', [5])], [5, 5]);
});

test('labels show only the first version there is', () => {
  assert.deepEqual(
    [liveAfter('concept', [5]), liveAfter('concept', [3, 3]), liveAfter('concept', [3], 0)],
    [4, 4, 3],
  );
});

test('an older version is back when answers were of it alone in two windows', () => {
  assert.equal(liveAfter('prediction', [3]), 4);
  assert.equal(liveAfter('prediction', [3, 3]), 3);
  assert.equal(liveAfter('prediction', [3, 4, 3]), 4);
  assert.equal(liveAfter('prediction', [3, 2]), 4);
  assert.equal(liveAfter('prediction', [3, 2, 2]), 2);
});

test('inputs do not bring a version back, but speak against one', () => {
  assert.equal(liveAfter('data', [3, 3, 3]), 4);
  const model = modelWith();
  followVersion(model, 'prediction', windowOf(3));
  assert.deepEqual(model.returning, { version: 3, windows: 1 });
  followVersion(model, 'data', windowOf(3));
  assert.deepEqual(model.returning, { version: 3, windows: 1 });
  followVersion(model, 'data', windowOf(4));
  assert.equal(model.returning, null);
});

test('what was found of the version before does not count for the new one, which has to prove itself', () => {
  const signal = {
    evidence: { value: 50, since: 1000 },
    last: { start: 0, end: 1000, n: 10, items: [] },
    trust: 0.5,
  };
  const model: ModelState = modelWith({
    state: 'drift',
    versionSince: 10,
    returning: { version: 3, windows: 1 },
    rivals: [{ version: 2, evidence: { value: 9, since: 0 }, text: '', windows: 1, lead: 0 }],
    signals: { data: signal, prediction: signal, concept: signal },
  });
  followVersion(model, 'prediction', windowOf(5));
  const anew = { ...signal, evidence: { value: 0, since: null }, last: null, collecting: null, taken: null };
  assert.deepEqual(
    model,
    modelWith({
      version: 5,
      versionSince: 7000,
      state: 'recovering',
      byWindows: 'recovering',
      signals: { data: anew, prediction: anew, concept: anew },
    }),
  );
});

test('a version of a higher number ends what was awaited, one that is back does not', () => {
  const awaitedAfter = (version: number) => {
    const model = modelWith({ awaited: { since: 0, missed: 2 } });
    for (let window = 0; window < 2; window++) followVersion(model, 'prediction', windowOf(version));
    assert.equal(model.version, version);
    return model.awaited;
  };
  assert.deepEqual([awaitedAfter(5), awaitedAfter(3)], [null, { since: 0, missed: 2 }]);
});

test('the first version has nothing to recover from', () => {
  const model = modelWith({ version: 0 });
  followVersion(model, 'data', windowOf(1));
  assert.deepEqual([model.state, model.versionSince], ['stable', 7000]);
});
