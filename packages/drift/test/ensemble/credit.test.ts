import assert from 'node:assert/strict';
import { test } from 'node:test';
import { learnCredit, rolloutOf } from '../../src/ensemble/credit.ts';
import { weighRivals } from '../../src/ensemble/rivals.ts';
import type { Credit } from '../../src/ensemble/state.ts';
import { inShadow, itemWith, modelWith } from './models.ts';

/** Leads over the live version 4, as shares of the 100 rows of a window. */
type Leads = Readonly<Record<number, number>>;

/** What a model has earned after windows with these leads. */
function creditAfter(shadow: readonly number[], windows: readonly Leads[], credit: Credit | null = null) {
  const model = modelWith({ credit });
  const spec = inShadow(...shadow);
  for (const [i, leads] of windows.entries()) {
    const items = Object.entries(leads).map(([version, statistic]) =>
      itemWith({ detector: 'shadow', rival: Number(version), eValue: 1, statistic }),
    );
    const window = { start: 1000 * i, end: 1000 * i + 1000, version: 4, n: 100, items };
    weighRivals(model, window, spec);
    learnCredit(model, window, spec);
  }
  return model.credit;
}

test('the live version earns what it is ahead of the oldest version that the spec has answer in shadow', () => {
  assert.deepEqual(creditAfter([1], [{ 1: -0.1 }]), { lead: 10, rows: 100, lagWindows: 0 });
  assert.deepEqual(creditAfter([2, 1], [{ 1: -0.1, 2: 0.5 }]), { lead: 10, rows: 100, lagWindows: 0 });
  assert.deepEqual(creditAfter([2, 1], [{ 2: 0.5 }]), { lead: -50, rows: 100, lagWindows: 0 });
});

test('a candidate in shadow is the newest version', () => {
  assert.deepEqual(creditAfter([1], [{ 1: -0.125, 5: 0.25 }]), { lead: 37.5, rows: 100, lagWindows: 0 });
  // Where the live version is the yardstick, or there is none, against the live version.
  assert.deepEqual(creditAfter([4], [{ 5: 0.25 }]), { lead: 25, rows: 100, lagWindows: 0 });
  assert.deepEqual(creditAfter([], [{ 5: 0.25 }]), { lead: 25, rows: 100, lagWindows: 0 });
  assert.deepEqual(creditAfter([4, 7], [{ 5: 0.25, 7: 0.5 }]), { lead: 25, rows: 100, lagWindows: 0 });
});

test('nothing is learnt where newest and yardstick are the same, or nothing is compared', () => {
  const credit = { lead: 3, rows: 50, lagWindows: 0 };
  assert.deepEqual(creditAfter([4], [{}], credit), credit);
  assert.deepEqual(creditAfter([4, 7], [{ 7: 0.5 }], credit), credit);
  assert.deepEqual(creditAfter([1], [{}], credit), credit);
  assert.deepEqual(creditAfter([], [{}]), null);
});

test('a result without evidence is no comparison', () => {
  const model = modelWith();
  const items = [itemWith({ detector: 'shadow', rival: 1, statistic: -0.5 })];
  learnCredit(model, { start: 0, end: 1000, version: 4, n: 100, items }, inShadow(1));
  assert.equal(model.credit, null);
});

test('what was earned long ago counts less', () => {
  assert.deepEqual(creditAfter([1], [{ 1: -0.1 }, { 1: 0 }, { 1: 0 }]), {
    lead: 10 * 0.95 * 0.95,
    rows: 100,
    lagWindows: 0,
  });
});

test('how far labels are behind the inputs is kept in windows', () => {
  const model = modelWith({ now: 4500 });
  const items = [itemWith({ detector: 'shadow', rival: 1, eValue: 1, statistic: -0.5 })];
  learnCredit(
    model,
    { start: 0, end: 1000, version: 4, n: 100, items },
    {
      ...inShadow(1),
      window: { ...inShadow(1).window, lengthMs: 1000 },
    },
  );
  assert.equal(model.credit?.lagWindows, 3.5);
});

test('a line that has won is published, one that has lost is tried, and between them what is fresh is', () => {
  const rollout = (lead: number, lagWindows = 0) =>
    rolloutOf({ credit: { lead, rows: 100, lagWindows } }, inShadow(1), true);
  assert.equal(rolloutOf({ credit: null }, inShadow(1), true), 'fresh');
  // A twentieth of a window's rows may be chance.
  assert.deepEqual(
    [-5.1, -5, 0, 5, 5.1].map((lead) => rollout(lead)),
    ['shadow', 'fresh', 'fresh', 'fresh', 'publish'],
  );
  // With labels three windows late it takes four times as much.
  assert.deepEqual(
    [-5.1, 20, 20.1].map((lead) => rollout(lead, 3)),
    ['shadow', 'fresh', 'publish'],
  );
});

test('where nothing is compared in shadow, nothing waits there', () => {
  const credit = { lead: -50, rows: 100, lagWindows: 0 };
  assert.equal(rolloutOf({ credit }, inShadow(1), false), 'publish');
});

test('where a person decides, every candidate is tried; a canary share changes nothing', () => {
  const won = { credit: { lead: 50, rows: 100, lagWindows: 0 } };
  const rolloutIn = (given: object, isCompared = true) =>
    rolloutOf(won, { rollout: { ...inShadow(1).rollout, ...given } }, isCompared);
  assert.equal(rolloutIn({}), 'publish');
  assert.equal(rolloutIn({ needsApproval: true }), 'shadow');
  assert.equal(rolloutIn({ needsApproval: true }, false), 'shadow');
  assert.equal(rolloutIn({ canaryShare: 0.1 }), 'publish');
  const lost = { credit: { lead: -50, rows: 100, lagWindows: 0 } };
  assert.equal(rolloutOf(lost, { rollout: { ...inShadow(1).rollout, canaryShare: 0.1 } }, true), 'shadow');
});
