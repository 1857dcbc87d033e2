import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '@driftloop/stats';
import fc from 'fast-check';
import { agrawal, createStream, randomRbf, type Stream, sea, stagger } from '../../src/generators/index.ts';
import { createRowWatch, type LabelledAnswer, type RowWatch } from '../../src/index.ts';

/** The next row of a stream with an answer that knows nothing. */
function rowOf(stream: Stream): LabelledAnswer {
  const features = new Float64Array(stream.width);
  const label = stream.next(features);
  return { features, label, predicted: 0, confidence: 0.6 };
}

function answers(watch: RowWatch): unknown[] {
  return [watch.drift, watch.warning, watch.likelihood, watch.changePoint, watch.evidence];
}

test('no drift: alarms are no closer than the budget, whatever the stream', () => {
  const budget = 1000;
  let rows = 0;
  let alarms = 0;
  for (let seed = 0; seed < 12; seed++) {
    const concepts = [sea(0, { noise: 0.1 }), agrawal(0, { perturbation: 0.05 }), randomRbf(seed)];
    const stream = createStream({ concepts: concepts.slice(seed % 3, (seed % 3) + 1), seed });
    const { categories } = stream;
    const watch = createRowWatch({ categories, classes: 2, expectedRowsBetweenFalseAlarms: budget });
    for (; stream.position < 6000; rows++) {
      const row = rowOf(stream);
      watch.update(row, row);
      if (watch.drift) alarms++;
    }
  }
  assert.ok(alarms <= rows / budget, `${alarms} alarms in ${rows} rows`);
});

test('a change of what labels mean is found, dated and named, at once and when labels are late', () => {
  for (const lag of [0, 400]) {
    const stream = createStream({
      concepts: [stagger(0), stagger(2)],
      changes: [{ kind: 'abrupt', at: 2000 }],
      seed: 3,
    });
    const watch = createRowWatch({ categories: stream.categories, classes: 2 });
    const rows: LabelledAnswer[] = [];
    while (!watch.drift && rows.length < 4000) {
      const row = rowOf(stream);
      rows.push(row);
      watch.update(row, rows[rows.length - 1 - lag]);
    }
    const found = rows.length - 1;
    assert.ok(found >= 2000 + lag && found < 2040 + lag, `found at ${found} with labels ${lag} late`);
    assert.ok(Math.abs(found - lag - (watch.changePoint?.best ?? 0) - 2000) <= 16);
    assert.equal(watch.evidence[0]?.signal, 'concept');
    assert.match(watch.evidence[0]?.text ?? '', /(labels|errors) given/);
    assert.ok(watch.likelihood > 0.5);
  }
});

test('a change of the inputs is found without any label', () => {
  const random = createRandom(5);
  const watch = createRowWatch({ categories: [0, 4], classes: 2 });
  let found = 0;
  for (let row = 0; row < 4000 && found === 0; row++) {
    const features = [random.normal() + (row < 2000 ? 0 : 0.8), random.integer(4)];
    watch.update({ features, predicted: 1, confidence: 0.9 });
    if (watch.drift) found = row;
  }
  assert.ok(found > 2000 && found < 2600, `found at ${found}`);
  assert.equal(watch.evidence[0]?.text, 'values of feature 0 changed');
});

test('errors of a fixed model count, those of a learning one do not', () => {
  const [fixed, learning] = [true, false].map((fixedModel) => {
    const random = createRandom(7);
    const watch = createRowWatch({ categories: [0], classes: 2, fixedModel });
    for (let row = 0; row < 3000; row++) {
      const label = random.integer(2);
      const wrong = random.uniform() < (row < 2000 ? 0.1 : 0.4);
      const answered = { features: [random.normal()], predicted: wrong ? 1 - label : label, confidence: 0.8 };
      watch.update(answered, { ...answered, label });
      if (watch.drift) return row;
    }
    return Number.POSITIVE_INFINITY;
  });
  assert.ok((fixed ?? 0) >= 2000 && (fixed ?? 0) < 2200, `found at ${fixed}`);
  assert.equal(learning, Number.POSITIVE_INFINITY);
});

test('goes on identically from a state saved at any point, through JSON', () => {
  const options = {
    categories: [3, 3, 3],
    classes: 2,
    warmup: 40,
    window: 200,
    clock: 4,
    expectedRowsBetweenFalseAlarms: 300,
  };
  const make = (seed: number) =>
    createStream({ concepts: [stagger(0), stagger(1)], changes: [{ kind: 'abrupt', at: 250 }], seed });
  let drifts = 0;
  fc.assert(
    fc.property(fc.nat(1000), fc.integer({ min: 0, max: 400 }), (seed, point) => {
      const stream = make(seed);
      const original = createRowWatch(options);
      for (let i = 0; i < point; i++) {
        const row = rowOf(stream);
        original.update(row, row);
      }
      const restored = createRowWatch(options);
      const other = make(seed + 1);
      for (let i = 0; i < 120; i++) restored.update(rowOf(other), rowOf(other));
      restored.restore(JSON.parse(JSON.stringify(original.save())));
      assert.deepEqual(answers(restored), answers(original));
      for (let i = point; i < 500; i++) {
        const row = rowOf(stream);
        original.update(row, row);
        restored.update(row, row);
        if (original.drift) drifts++;
        assert.deepEqual(answers(restored), answers(original));
      }
    }),
    { numRuns: 15 },
  );
  assert.ok(drifts > 3, `only ${drifts} drifts`);
});

test('a state of other settings is refused', () => {
  const saved = createRowWatch({ categories: [0], classes: 2 }).save();
  assert.throws(() => createRowWatch({ categories: [0, 0], classes: 2 }).restore(saved), {
    code: 'DATA_INVALID',
  });
  assert.throws(() => createRowWatch({ categories: [0], classes: 2 }).restore(null), {
    code: 'DATA_INVALID',
  });
});

test('missing values, infinities, constant features and unknown categories are values like others; a rise of them is found', () => {
  const random = createRandom(9);
  const watch = createRowWatch({ categories: [0, 0, 3], classes: 2 });
  let found = 0;
  for (let row = 0; row < 4000 && found === 0; row++) {
    const late = row >= 2000;
    const features = [
      late && random.uniform() < 0.5 ? Number.NaN : random.normal(),
      7,
      late ? 9 : random.integer(3),
    ];
    if (row === 100) features[0] = Number.POSITIVE_INFINITY;
    watch.update({ features, predicted: 0, confidence: 1 }, undefined);
    if (watch.drift) found = row;
  }
  assert.ok(found > 2000 && found < 2200, `found at ${found}`);
});

test('a row that does not fit is refused with what is wrong', () => {
  const watch = createRowWatch({ categories: [0, 0], classes: 2 });
  const row = { features: [1, 2], predicted: 0, confidence: 0.5 };
  assert.throws(() => watch.update({ ...row, features: [1] }), /1 features, 2 were announced/);
  assert.throws(() => watch.update({ ...row, predicted: 2 }), /answer 2 is none of the classes/);
  assert.throws(() => watch.update(undefined, { ...row, label: Number.NaN }), /label NaN is none/);
  assert.throws(() => createRowWatch({ categories: [], classes: 2 }), /at least one feature/);
  assert.throws(() => createRowWatch({ categories: [0], classes: 1 }), /classes must be/);
});
