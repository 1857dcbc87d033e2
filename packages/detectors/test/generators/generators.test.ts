import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DriftloopError } from '@driftloop/errors';
import { createRandom } from '@driftloop/stats';
import {
  agrawal,
  type Change,
  type Concept,
  createStream,
  hyperplane,
  randomRbf,
  sea,
  stagger,
} from '../../src/generators/index.ts';

const CONCEPTS: Record<string, [Concept, Concept]> = {
  SEA: [sea(0), sea(2)],
  STAGGER: [stagger(0), stagger(2)],
  Agrawal: [agrawal(0), agrawal(4)],
  'Agrawal, perturbed': [agrawal(6, { perturbation: 0.1 }), agrawal(8)],
  RandomRBF: [randomRbf(1), randomRbf(2)],
  Hyperplane: [hyperplane(1), hyperplane(2)],
};

/** Rows of one concept. */
function drawn(concept: Concept, count: number, seed: number | string) {
  return createStream({ concepts: [concept], seed }).take(count);
}

for (const [name, concepts] of Object.entries(CONCEPTS)) {
  const [first, second] = concepts;

  test(`${name}: one seed gives one stream, another seed another`, () => {
    assert.deepEqual(drawn(first, 50, 3), drawn(first, 50, 3));
    assert.notDeepEqual(drawn(first, 50, 3), drawn(first, 50, 4));
  });

  test(`${name}: rows have the width, categories and classes that the concept names`, () => {
    const { features, labels } = drawn(first, 2000, 1);
    assert.equal(features.length, 2000 * first.width);
    assert.equal(first.categories.length, first.width);
    const classes = new Set(labels);
    assert.equal(classes.size, first.classes);
    for (const [i, value] of features.entries()) {
      const categories = first.categories[i % first.width] ?? 0;
      assert.ok(Number.isFinite(value));
      if (categories > 0) assert.ok(Number.isInteger(value) && value >= 0 && value < categories);
    }
  });

  test(`${name}: the two concepts are not alike`, () => {
    // The same random numbers: features of both are drawn alike where the distribution of features
    // is.
    const before = drawn(first, 4000, 9);
    const after = drawn(second, 4000, 9);
    let differing = 0;
    for (let i = 0; i < 4000; i++) {
      const same = before.labels[i] === after.labels[i];
      const row = (rows: typeof before) => rows.features.slice(i * first.width, (i + 1) * first.width).join();
      if (!same || row(before) !== row(after)) differing++;
    }
    assert.ok(differing > 200, `${differing} of 4000 rows differ`);
  });
}

test('labels follow the published rules', () => {
  const { features, labels } = drawn(sea(0), 500, 1);
  for (let i = 0; i < 500; i++) {
    assert.equal(labels[i], (features[3 * i] ?? 0) + (features[3 * i + 1] ?? 0) > 8 ? 1 : 0);
  }
  const loans = drawn(agrawal(0), 500, 1);
  for (let i = 0; i < 500; i++) {
    const age = loans.features[9 * i + 2] ?? 0;
    assert.equal(loans.labels[i], age < 40 || age >= 60 ? 0 : 1);
  }
  const toys = drawn(stagger(1), 500, 1);
  for (let i = 0; i < 500; i++) {
    assert.equal(toys.labels[i], toys.features[3 * i + 1] === 1 || toys.features[3 * i + 2] === 0 ? 1 : 0);
  }
});

test('noise flips its share of the labels', () => {
  const { features, labels } = drawn(sea(0, { noise: 0.2 }), 20_000, 1);
  let wrong = 0;
  for (let i = 0; i < 20_000; i++) {
    if (labels[i] !== ((features[3 * i] ?? 0) + (features[3 * i + 1] ?? 0) > 8 ? 1 : 0)) wrong++;
  }
  assert.ok(Math.abs(wrong / 20_000 - 0.2) < 0.015);
});

/** Whether the first of two numbers is the smaller one, or the opposite. */
function smaller(isOpposite: boolean): Concept {
  return {
    width: 2,
    classes: 2,
    categories: [0, 0],
    draw(random, features) {
      features[0] = random.uniform();
      features[1] = random.uniform();
      return Number((features[0] ?? 0) < (features[1] ?? 0) !== isOpposite);
    },
  };
}

/** Share of labels by the first rule in pieces of a stream between it and its opposite. */
function oldRuleShares(changes: Change[], rows: number, piece: number): number[] {
  const { features, labels } = createStream({
    concepts: [smaller(false), smaller(true)],
    changes,
    seed: 5,
  }).take(rows);
  return Array.from({ length: rows / piece }, (_, p) => {
    let old = 0;
    for (let i = p * piece; i < (p + 1) * piece; i++) {
      if (labels[i] === Number((features[2 * i] ?? 0) < (features[2 * i + 1] ?? 0))) old++;
    }
    return old / piece;
  });
}

test('an abrupt change happens at its row', () => {
  assert.deepEqual(oldRuleShares([{ kind: 'abrupt', at: 300 }], 600, 100), [1, 1, 1, 0, 0, 0]);
});

test('a recurring change comes back to the first concept', () => {
  const changes = [1, 0, 1].map((to, i) => ({ kind: 'abrupt' as const, at: 200 * (i + 1), to }));
  assert.deepEqual(oldRuleShares(changes, 800, 200), [1, 0, 1, 0]);
});

test('a gradual change mixes both concepts, half and half in its middle', () => {
  const shares = oldRuleShares([{ kind: 'gradual', at: 5000, length: 2000 }], 10_000, 1000);
  assert.ok(shares[0] === 1 && shares[9] === 0, `${shares}`);
  for (let i = 1; i < shares.length; i++) assert.ok((shares[i] ?? 0) <= (shares[i - 1] ?? 0) + 0.02);
  assert.ok(Math.abs((shares[4] ?? 0) + (shares[5] ?? 0) - 1) < 0.08);
});

test('an incremental change moves the concept evenly', () => {
  const stream = createStream({
    concepts: [sea(2), sea(3)],
    changes: [{ kind: 'incremental', at: 10_000, length: 40_000 }],
    seed: 2,
  });
  const { labels } = stream.take(60_000);
  const positive = (from: number, to: number) =>
    labels.slice(from, to).reduce((a, b) => a + b, 0) / (to - from);
  // Thresholds 7 → 9.5; class 1 has a share of 1 − θ²/200 below 10.
  assert.ok(Math.abs(positive(0, 10_000) - (1 - 49 / 200)) < 0.015);
  assert.ok(Math.abs(positive(28_000, 32_000) - (1 - 8.25 ** 2 / 200)) < 0.025);
  assert.ok(Math.abs(positive(50_000, 60_000) - (1 - 9.5 ** 2 / 200)) < 0.015);
});

test('the hyperplane and the centroids turn step by step', () => {
  for (const [from, to] of [
    [hyperplane(1), hyperplane(2)],
    [randomRbf(1), randomRbf(2)],
  ] as const) {
    const half = from.towards?.(to, 0.5);
    const whole = from.towards?.(to, 1);
    assert.ok(half && whole);
    assert.deepEqual(drawn(whole, 200, 1), drawn(to, 200, 1));
    assert.notDeepEqual(drawn(half, 200, 1), drawn(to, 200, 1));
    assert.notDeepEqual(drawn(half, 200, 1), drawn(from, 200, 1));
  }
});

test('what does not fit is refused', () => {
  const refused = (act: () => unknown) =>
    assert.throws(act, (error) => error instanceof DriftloopError && error.code === 'CONFIG_INVALID');
  refused(() => sea(4));
  refused(() => agrawal(-1));
  refused(() => sea(0, { noise: 2 }));
  refused(() => createStream({ concepts: [], seed: 1 }));
  refused(() => createStream({ concepts: [sea(0), smaller(true)], seed: 1 }));
  refused(() => createStream({ concepts: [sea(0)], changes: [{ kind: 'abrupt', at: 5 }], seed: 1 }));
  refused(() =>
    createStream({
      concepts: [sea(0), sea(1)],
      changes: [
        { kind: 'abrupt', at: 5 },
        { kind: 'abrupt', at: 3, to: 0 },
      ],
      seed: 1,
    }),
  );
  refused(() =>
    createStream({ concepts: [stagger(0), stagger(1)], changes: [{ kind: 'incremental', at: 5 }], seed: 1 }),
  );
});

test('a row costs one draw of the seed, however it is taken', () => {
  const options = {
    concepts: [agrawal(0), agrawal(3)],
    changes: [{ kind: 'gradual', at: 40, length: 10 } as const],
    seed: 8,
  };
  const whole = createStream(options).take(80);
  const parts = createStream(options);
  const random = createRandom(1);
  const features: number[] = [];
  while (parts.position < 80)
    features.push(...parts.take(Math.min(80 - parts.position, 1 + random.integer(9))).features);
  assert.deepEqual(features, [...whole.features]);
});
