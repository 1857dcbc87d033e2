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
  assert.deepEqual(creditAfter([1], [{ 1: -0.1 }]), { lead: 10, rows: 100 });
  assert.deepEqual(creditAfter([2, 1], [{ 1: -0.1, 2: 0.5 }]), { lead: 10, rows: 100 });
  assert.deepEqual(creditAfter([2, 1], [{ 2: 0.5 }]), { lead: -50, rows: 100 });
});

test('a candidate in shadow is the newest version', () => {
  assert.deepEqual(creditAfter([1], [{ 1: -0.125, 5: 0.25 }]), { lead: 37.5, rows: 100 });
  // Where the live version is the yardstick, or there is none, against the live version.
  assert.deepEqual(creditAfter([4], [{ 5: 0.25 }]), { lead: 25, rows: 100 });
  assert.deepEqual(creditAfter([], [{ 5: 0.25 }]), { lead: 25, rows: 100 });
  assert.deepEqual(creditAfter([4, 7], [{ 5: 0.25, 7: 0.5 }]), { lead: 25, rows: 100 });
});

test('nothing is learnt where newest and yardstick are the same, or nothing is compared', () => {
  const credit = { lead: 3, rows: 50 };
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
  });
});

test('a candidate is tried in shadow where the line before it has lost over a twentieth of a window', () => {
  const rollout = (credit: Credit | null, spec = inShadow(1), isCompared = true) =>
    rolloutOf({ credit }, spec, isCompared);
  assert.equal(rollout(null), 'publish');
  assert.equal(rollout({ lead: 50, rows: 100 }), 'publish');
  assert.equal(rollout({ lead: -5, rows: 100 }), 'publish');
  assert.equal(rollout({ lead: -5.1, rows: 100 }), 'shadow');
});

test('where nothing is compared in shadow, or a canary is the trial, nothing waits there', () => {
  const credit = { lead: -50, rows: 100 };
  assert.equal(rolloutOf({ credit }, inShadow(1), false), 'publish');
  assert.equal(rolloutOf({ credit }, { rollout: { canaryShare: 0.1, shadowVersions: [] } }, true), 'publish');
});
