import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FeatureSpec } from '@driftloop/schemas';
import { type LabelledRows, rowWidthOf } from '@driftloop/spec';
import { createRandom, type Random } from '@driftloop/stats';
import { buildReferenceProfile, type ReferenceProfile } from '../../src/index.ts';
import { DATA_SIGNAL } from '../../src/signals/data/index.ts';
import { createDataSketch } from '../../src/sketch/data-sketch.ts';
import { addVector, decodeVector, encodeVector } from '../../src/sketch/integer-vector.ts';
import { specOf } from '../spec-of.ts';

const SIZE = 48;
const FEATURES: readonly FeatureSpec[] = [
  { name: 'age', kind: 'numeric', allowMissing: false },
  { name: 'vector', kind: 'embedding', allowMissing: true, size: SIZE },
  { name: 'review', kind: 'text', allowMissing: true },
];
const spec = { ...specOf({}), features: FEATURES };
const width = rowWidthOf(spec);
const ROWS = 3_000;
const WINDOW = 300;

/** How rows differ from the reference's. */
interface World {
  /** Share of texts that have the word, which no text of the reference has. */
  readonly newWord?: readonly [string, number];
  /** Share of texts that have a word which one in fifty of the reference has. */
  readonly refund?: number;
  /**
   * How far each number of a vector moves, in its spread; the distance from the mean barely does.
   */
  readonly shift?: number;
  /** Words of a text. */
  readonly words?: number;
}

/** Words as languages have them: few come often, and there is always a new one. */
function word(random: Random): string {
  return `w${Math.floor(random.uniform() ** -1.1)}`;
}

function rowsOf(count: number, seed: number, world: World = {}): LabelledRows {
  const random = createRandom(seed);
  const texts: string[] = [];
  const features = new Float32Array(count * width);
  for (let row = 0; row < count; row++) {
    const at = row * width;
    features[at] = random.normal();
    const topic = random.integer(3);
    for (let j = 0; j < SIZE; j++)
      features[at + 1 + j] =
        random.normal() + (j % 3 === topic ? 2 : 0) + (j % 2 ? 1 : -1) * (world.shift ?? 0);
    const words = Array.from({ length: (world.words ?? 8) + random.integer(6) }, () => word(random));
    if (random.uniform() < (world.refund ?? 0.02)) words.push('Refund,');
    if (world.newWord && random.uniform() < world.newWord[1]) words.push(world.newWord[0]);
    features[at + 1 + SIZE] = texts.push(words.join(' ')) - 1;
  }
  return {
    rows: count,
    width,
    features,
    texts,
    labels: Float32Array.from({ length: count }, (_, row) => row % 2),
    weights: new Float32Array(count).fill(1),
    eventTimes: Float64Array.from({ length: count }, (_, row) => row),
  };
}

function profileOf(data: LabelledRows): ReferenceProfile {
  const outputs = Float32Array.from({ length: 2 * data.rows }, (_, i) =>
    (i & 1) === ((i >> 1) & 1) ? 0.9 : 0.1,
  );
  return buildReferenceProfile({ spec, data, outputs });
}

function sketchOf(profile: ReferenceProfile, data: LabelledRows, from = 0, to = data.rows) {
  const sketch = createDataSketch(profile.layout);
  for (let row = from; row < to; row++) sketch.add(data.features, row * width, row, data.texts);
  return sketch.vector();
}

function findingsOf(profile: ReferenceProfile, data: LabelledRows) {
  const content = sketchOf(profile, data);
  const window = { spec, version: 1, profile, start: 0, end: 1, n: data.rows, content };
  return DATA_SIGNAL.test(window, {}).findings;
}

const reference = rowsOf(ROWS, 1);
const profile = profileOf(reference);

test('sketches of chunks merge to the sketch of all rows, in any order', () => {
  const data = rowsOf(WINDOW, 2, { newWord: ['größer', 0.2] });
  const whole = sketchOf(profile, data);
  const cuts = [0, 1, 40, 41, 200, WINDOW];
  const chunks = cuts.slice(1).map((to, i) => sketchOf(profile, data, cuts[i], to));
  for (const order of [chunks, [...chunks].reverse()]) {
    const merged = new Float64Array(whole.length);
    for (const chunk of order) addVector(merged, decodeVector(encodeVector(chunk)));
    assert.deepEqual(merged, whole);
  }
  assert.equal(
    DATA_SIGNAL.check?.problem({ content: whole, n: WINDOW, start: 0, lengthMs: 1 }, profile),
    undefined,
  );
});

test('planted drift of words, lengths and vectors is found by its test, and told in words', () => {
  const drifted = (world: World) =>
    findingsOf(profile, rowsOf(WINDOW, 3, world)).filter(({ drifted }) => drifted);
  const refund = drifted({ refund: 0.12 }).find(({ detector }) => detector === 'words');
  assert.match(refund?.detail ?? '', /^'refund' is in 1\d % of review, [123](\.\d)? % in the reference/);
  const added = drifted({ newWord: ['Abofalle!', 0.15] }).find(({ detector }) => detector === 'words');
  assert.match(added?.detail ?? '', /^'abofalle…?' is in 1\d % of review/);
  const longer = drifted({ words: 12 }).find(({ detector }) => detector === 'ks');
  assert.deepEqual([longer?.feature, longer?.detail], ['review', 'the length of review in characters']);
  assert.ok(
    drifted({ shift: 0.35 }).some(({ detector, feature }) => detector === 'vectors' && feature === 'vector'),
  );
});

test('a stationary stream calls no more drift than its budget', () => {
  let alarms = 0;
  const seeds = 20;
  for (let seed = 100; seed < 100 + seeds; seed++) {
    const findings = findingsOf(profile, rowsOf(WINDOW, seed));
    alarms += findings.some(({ drifted }) => drifted) ? 1 : 0;
  }
  // One of 300 windows may; two of twenty would be one chance in five hundred.
  assert.ok(alarms <= 1, `${alarms} of ${seeds} windows`);
});

test('a missing vector or text is missing, and an infinite vector is no number', () => {
  const data = rowsOf(10, 4);
  data.features.fill(Number.NaN, 1, 1 + SIZE);
  data.features[1 + SIZE] = Number.NaN;
  data.features[width + 5] = Number.POSITIVE_INFINITY;
  const missing = findingsOf(profile, data).filter(({ detector }) => detector === 'missing');
  assert.deepEqual(
    missing.map(({ feature, statistic }) => [feature, statistic]),
    [
      ['age', 0],
      ['vector', 0.2],
      ['review', 0.1],
    ],
  );
});

test('a version that inherits the layout is measured in it, and one of another size makes its own', () => {
  const next = { spec, data: rowsOf(ROWS, 5), outputs: new Float32Array(2 * ROWS).fill(0.5) };
  const inherited = buildReferenceProfile({ ...next, layout: profile.layout });
  assert.equal(inherited.layout.id, profile.layout.id);
  assert.equal(inherited.features[2]?.words?.rows, ROWS);
  assert.ok(!findingsOf(inherited, rowsOf(WINDOW, 6)).some(({ drifted }) => drifted));
});
