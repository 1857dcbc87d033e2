import assert from 'node:assert/strict';
import { test } from 'node:test';
import { provenRival, weighRivals } from '../../src/ensemble/rivals.ts';
import type { ModelState } from '../../src/ensemble/state.ts';
import type { EvidenceItem } from '../../src/signals/evidence-item.ts';
import { inShadow, itemWith, modelWith } from './models.ts';

const windowOf = (start: number, ...items: readonly EvidenceItem[]) => ({
  start,
  end: start + 1000,
  version: 4,
  n: 10,
  items,
});
const beside = (rival: number, eValue: number, detail = '') =>
  itemWith({ detector: 'shadow', rival, eValue, detail });

test('evidence for a version in shadow grows window by window, with the newest words', () => {
  const model = modelWith();
  weighRivals(model, windowOf(0, beside(1, 2, 'one'), beside(2, 4, 'two')), inShadow(1, 2));
  weighRivals(model, windowOf(1000, beside(1, 6, 'better')), inShadow(1, 2));
  assert.deepEqual(model.rivals, [
    { version: 2, evidence: { value: 4, since: 0 }, text: 'two', windows: 1, lead: 0 },
    { version: 1, evidence: { value: 12, since: 1000 }, text: 'better', windows: 2, lead: 0 },
  ]);
});

test('more evidence than ten times what proves a version is not kept', () => {
  const valueAfter = (eValue: number, ...shadow: readonly number[]) => {
    const model = modelWith();
    weighRivals(model, windowOf(0, beside(1, eValue)), inShadow(...shadow));
    return model.rivals[0]?.evidence.value;
  };
  assert.deepEqual(
    [valueAfter(99, 1), valueAfter(1e9, 1), valueAfter(1e9, 1, 2, 3), valueAfter(1e9)],
    [99, 100, 300, 100],
  );
  // A candidate has its share from the first window on.
  const model = modelWith();
  weighRivals(model, windowOf(0, beside(1, 1e9), beside(5, 1e9)), inShadow(1));
  assert.deepEqual(
    model.rivals.map(({ evidence }) => evidence.value),
    [200, 200],
  );
});

test('a result that compares with no version, or has no evidence, says nothing of one', () => {
  const model = modelWith();
  const { detail, rival, ...old } = itemWith({ eValue: 5 });
  weighRivals(model, windowOf(0, itemWith({ eValue: 5 }), itemWith({ rival: 1 }), old), inShadow(1));
  assert.deepEqual(model.rivals, []);
  // An item of an old checkpoint has no words.
  weighRivals(model, windowOf(0, { ...old, rival: 1 }), inShadow(1));
  assert.deepEqual(model.rivals, [
    { version: 1, evidence: { value: 5, since: 0 }, text: '', windows: 1, lead: 0 },
  ]);
});

/** The version that is proven. @param rivals versions with their evidence */
function proven(
  shadow: readonly number[],
  rivals: readonly (readonly [version: number, value: number])[],
  askedBack: ModelState['askedBack'] = null,
): number | undefined {
  const states = rivals.map(([version, value]) => ({
    version,
    evidence: { value, since: 0 },
    text: '',
    windows: 1,
    lead: 0,
  }));
  return provenRival(modelWith({ rivals: states, askedBack }), inShadow(...shadow))?.version;
}

test('a version is proven by the budget, which all versions in shadow share', () => {
  assert.deepEqual([proven([1], [[1, 10]]), proven([1], [[1, 9]])], [1, undefined]);
  assert.deepEqual([proven([1, 2], [[1, 20]]), proven([1, 2], [[1, 19]])], [1, undefined]);
});

test('the windows in which two were compared are counted, and the rows won less those lost', () => {
  const model = modelWith();
  const leading = (statistic: number) => itemWith({ detector: 'shadow', rival: 5, eValue: 1, statistic });
  for (const [i, statistic] of [0.5, -0.2, 7].entries())
    weighRivals(model, windowOf(1000 * i, leading(statistic)), inShadow());
  const [{ windows, lead } = assert.fail()] = model.rivals;
  // More than all rows nobody wins.
  assert.deepEqual([windows, lead], [3, 5 - 2 + 10]);
});

test('what was rejected is forgotten once it answers no more; what the spec names is not', () => {
  const model = modelWith();
  weighRivals(model, windowOf(0, beside(1, 2), beside(5, 2)), inShadow(1));
  model.rejected = 5;
  weighRivals(model, windowOf(1000, beside(5, 2)), inShadow(1));
  weighRivals(model, windowOf(2000, beside(6, 2)), inShadow(1));
  assert.deepEqual(
    model.rivals.map(({ version }) => version),
    [1, 6],
  );
});

test('a candidate in shadow has a share of the budget while it is compared', () => {
  const beside5 = [
    [1, 10],
    [5, 1],
  ] as const;
  assert.equal(proven([1], beside5), undefined);
  assert.equal(
    proven(
      [1],
      [
        [1, 20],
        [5, 1],
      ],
    ),
    1,
  );
});

test('a version that no longer answers in shadow cannot be proven', () => {
  assert.deepEqual(
    [proven([2], [[1, 1e6]]), proven([], [[1, 1e6]]), proven([1], [])],
    [undefined, undefined, undefined],
  );
});

test('of several the surest is taken, of equals the oldest', () => {
  const three = [
    [3, 30],
    [1, 40],
    [2, 40],
  ] as const;
  assert.equal(proven([1, 2, 3], three), 1);
  assert.equal(proven([1, 2, 3], three.toReversed()), 1);
  assert.equal(proven([2, 3], three), 2);
});

test('one that was asked for in vain comes after the others, from the same version', () => {
  const two = [
    [1, 40],
    [2, 30],
  ] as const;
  for (const rivals of [two, two.toReversed()]) {
    assert.equal(proven([1, 2], rivals, { at: 0, from: 4, to: 1 }), 2);
    assert.equal(proven([1, 2], rivals, { at: 0, from: 4, to: 2 }), 1);
    assert.equal(proven([1, 2], rivals, { at: 0, from: 3, to: 1 }), 1);
  }
  assert.equal(proven([1], [[1, 40]], { at: 0, from: 4, to: 1 }), 1);
});
