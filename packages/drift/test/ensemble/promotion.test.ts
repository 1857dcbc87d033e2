import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contenderOf } from '../../src/ensemble/contender.ts';
import { awaitCandidate, promoteCommand, rejectCommand } from '../../src/ensemble/promotion.ts';
import { weighRivals } from '../../src/ensemble/rivals.ts';
import type { ModelState, RivalState } from '../../src/ensemble/state.ts';
import { inShadow, itemWith, modelWith } from './models.ts';

const NOW = 100_000;
const rival = (version: number, value: number, given: Partial<RivalState> = {}): RivalState => ({
  version,
  evidence: { value, since: 5000 },
  text: `version ${version} does so`,
  windows: 1,
  lead: 1,
  ...given,
});

type Given = Partial<Omit<ModelState, 'signals'>>;
const disabled = { ...inShadow(), retrain: { ...inShadow().retrain, enabled: false } };

const promote = (given: Given, spec = inShadow()) => {
  const model = modelWith({ now: NOW, ...given });
  return { model, command: promoteCommand(model, spec, 77) };
};
const reject = (given: Given, spec = inShadow()) => {
  const model = modelWith({ now: NOW, ...given });
  return { model, command: rejectCommand(model, spec, 77) };
};

test('the candidate in shadow is the newest version above the live one that the spec does not name', () => {
  const contender = (
    rivals: readonly number[],
    shadow: readonly number[] = [],
    rejected: number | null = null,
  ) =>
    contenderOf(
      modelWith({ rivals: rivals.map((version) => rival(version, 1)), rejected }),
      inShadow(...shadow),
    )?.version;
  assert.equal(contender([5, 7, 6]), 7);
  assert.equal(contender([5, 7], [7]), 5);
  // A version below the live one was named by the spec when it answered.
  assert.equal(contender([1, 3]), undefined);
  // Labels of what it answered before it was rejected come later.
  assert.equal(contender([5], [], 5), undefined);
  assert.equal(contender([6], [], 5), 6);
});

test('a candidate that is proven better is to go live, and why', () => {
  const { command, model } = promote({ rivals: [rival(5, 20), rival(1, 1)] }, inShadow(1));
  assert.deepEqual(
    [command?.action, command?.restoreVersion, command?.baseVersion, command?.selection, command?.eventTime],
    ['promote', 5, 4, [], NOW],
  );
  assert.deepEqual(command?.reasons, [
    'version 5 does so',
    'the evidence that version 5 is right more often stands at 20 to 1 since 1970-01-01T00:00:05.000Z',
  ]);
  assert.deepEqual(model.promoted, { at: NOW, version: 5 });
});

test('it is proven by the budget, which it shares with the versions that the spec names', () => {
  const isPromoted = (value: number, shadow: readonly number[], spec = inShadow(...shadow)) =>
    promote({ rivals: [rival(5, value)] }, spec).command !== undefined;
  assert.deepEqual([isPromoted(10, []), isPromoted(9.9, [])], [true, false]);
  assert.deepEqual([isPromoted(20, [1]), isPromoted(19.9, [1])], [true, false]);
  assert.equal(isPromoted(1e6, [], disabled), false);
  assert.equal(isPromoted(1e6, [5]), false);
});

test('that the live version drifts proves nothing of a candidate', () => {
  for (const state of ['drift', 'stable', 'warning', 'recovering'] as const) {
    const asked = (value: number) => promote({ state, rivals: [rival(5, value)] }, inShadow(1)).command;
    assert.equal(asked(19), undefined);
    assert.equal(asked(20)?.action, 'promote');
  }
});

test('the same candidate is asked for again after four windows or the cooldown, another one at once', () => {
  const asked = (agoMs: number, version: number, cooldownMs = 0) => {
    const spec = { ...inShadow(), retrain: { ...inShadow().retrain, cooldownMs } };
    return (
      promote({ rivals: [rival(5, 20)], promoted: { at: NOW - agoMs, version } }, spec).command !== undefined
    );
  };
  assert.deepEqual([asked(3999, 5), asked(4000, 5), asked(1, 6)], [false, true, true]);
  assert.deepEqual([asked(5999, 5, 6000), asked(6000, 5, 6000)], [false, true]);
});

test('a candidate is given up after eight windows, or four in which it has lost more than it won', () => {
  const isRejected = (windows: number, lead: number, given: Given = {}, spec = inShadow()) =>
    reject({ rivals: [rival(5, 1, { windows, lead })], ...given }, spec).command !== undefined;
  assert.deepEqual([isRejected(7, 0), isRejected(8, 0), isRejected(8, 99)], [false, true, true]);
  assert.deepEqual([isRejected(3, -9), isRejected(4, -1), isRejected(4, 0)], [false, true, false]);
  assert.equal(isRejected(8, -1, {}, disabled), false);
  const pending = { promoted: { at: NOW - 3999, version: 5 } };
  assert.equal(isRejected(8, -1, pending), false, 'it may yet go live');
  assert.equal(isRejected(8, -1, { promoted: { at: NOW - 4000, version: 5 } }), true);
});

test('what is given up is told with the reason, is no candidate any more, and the next may be trained', () => {
  const { command, model } = reject({
    rivals: [rival(5, 3, { windows: 4, lead: -2 })],
    awaited: { since: 0, missed: 0 },
  });
  assert.deepEqual([command?.action, command?.restoreVersion, command?.baseVersion], ['reject', 5, 4]);
  assert.deepEqual(command?.reasons, [
    'version 5 does so',
    'in 4 windows version 5 has lost more rows to version 4 than it has won',
  ]);
  assert.deepEqual([model.rejected, model.awaited], [5, null]);
  assert.equal(contenderOf(model, inShadow()), undefined);
  assert.equal(rejectCommand(model, inShadow(), 77), undefined);
  const { command: slow } = reject({ rivals: [rival(5, 3, { windows: 8, lead: 2 })] });
  assert.equal(slow?.reasons[1], 'in 8 windows version 5 has not been proven better than version 4');
});

test('a candidate that does not come is waited for in eight windows from the command on, one after another', () => {
  const model = modelWith({ awaited: { since: 5000, missed: 0 } });
  const see = (start: number, ...versions: readonly number[]) => {
    const items = versions.map((version) => itemWith({ detector: 'shadow', rival: version, eValue: 1 }));
    const window = { start, end: start + 1000, version: 4, n: 10, items };
    weighRivals(model, window, inShadow(1));
    awaitCandidate(model, window, inShadow(1));
    return model.awaited?.missed;
  };
  // What was asked before the command says nothing, however late its labels come.
  assert.equal(see(4999), 0);
  for (let window = 1; window <= 7; window++) assert.equal(see(5000 + window, 1), window);
  assert.equal(see(6000, 1, 5), 0);
  for (let window = 1; window <= 7; window++) assert.equal(see(7000 + window), window);
  assert.equal(see(8000), undefined);
  assert.equal(model.awaited, null);
});

const withRollout = (rollout: Partial<ReturnType<typeof inShadow>['rollout']>) => ({
  ...inShadow(),
  rollout: { ...inShadow().rollout, ...rollout },
});

test('with a canary share a candidate has four times as long, and is asked for a second time when it has stayed ahead', () => {
  const canary = withRollout({ canaryShare: 0.1 });
  const isRejected = (windows: number, lead: number) =>
    reject({ rivals: [rival(5, 1, { windows, lead })] }, canary).command !== undefined;
  assert.deepEqual([isRejected(31, 1), isRejected(32, 1), isRejected(4, -1)], [false, true, true]);
  const { model, command } = promote({ rivals: [rival(5, 20)] }, canary);
  assert.equal(command?.action, 'promote');
  assert.equal(promoteCommand(model, canary, 77), undefined);
  model.now += 4000;
  assert.equal(promoteCommand(model, canary, 77)?.action, 'promote');
});

test('where a person decides nothing is promoted, and only what does worse is given up', () => {
  const asked = withRollout({ needsApproval: true });
  assert.equal(promote({ rivals: [rival(5, 1e6)] }, asked).command, undefined);
  const isRejected = (windows: number, lead: number) =>
    reject({ rivals: [rival(5, 1, { windows, lead })] }, asked).command !== undefined;
  assert.deepEqual([isRejected(1000, 1), isRejected(1000, 0), isRejected(4, -1)], [false, false, true]);
});
