import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '@driftloop/stats';
import {
  buildReferenceProfile,
  type ChunkSketcher,
  createChunkSketcher,
  createDataSketch,
} from '../../src/index.ts';
import { sealLayout, shapeOf } from '../../src/layout/input-layout.ts';
import { outputShapeOf } from '../../src/layout/output-layout.ts';
import { nextUp } from '../../src/profile/edges.ts';
import { addVector, decodeVector, encodeVector } from '../../src/sketch/integer-vector.ts';
import { decodeOutcomes, encodeOutcomes } from '../../src/sketch/outcomes.ts';
import { createOutputSketch } from '../../src/sketch/output-sketch.ts';
import { answersOf, contextOf, rowsOf, specOf } from '../fixtures.ts';

const spec = specOf({ numeric: 1, categorical: true });
const reference = rowsOf(spec, 300, createRandom(1));
const profile = buildReferenceProfile({ spec, data: reference, outputs: answersOf(reference) });
const { layout } = profile;
const shape = shapeOf(layout);
const ROW = [0, 1] as const;
const { NaN: MISSING, POSITIVE_INFINITY: INFINITY } = Number;

/**
 * Counts of a sketch of equal rows: within the reference, below, above, missing, not finite; then
 * categories, unseen, and so on.
 */
function counted(row: readonly number[], rows: number) {
  const sketch = createDataSketch(layout);
  for (let i = 0; i < rows; i++) sketch.add(Float32Array.from(row));
  const vector = sketch.vector();
  assert.ok(vector.every(Number.isSafeInteger), 'a sketch is whole numbers');
  assert.deepEqual(decodeVector(encodeVector(vector)), vector);
  const at = (feature: number) => {
    const first = shape.firstBin[feature] ?? 0;
    const bins = shape.bins[feature] ?? 0;
    return { values: Array.from(vector.subarray(first, first + bins)), rest: first + bins };
  };
  const [numeric, category] = [at(0), at(1)];
  return {
    below: numeric.values[0],
    within: numeric.values.slice(1, -1).reduce((sum, n) => sum + n, 0),
    above: numeric.values.at(-1),
    missing: vector[numeric.rest],
    notFinite: vector[numeric.rest + 1],
    known: category.values.slice(0, -1),
    unseen: category.values.at(-1),
    noCategory: (vector[category.rest] ?? 0) + (vector[category.rest + 1] ?? 0),
  };
}

const NONE = {
  below: 0,
  within: 0,
  above: 0,
  missing: 0,
  notFinite: 0,
  known: [0, 0, 0],
  unseen: 0,
  noCategory: 0,
};
const GOOD = { ...NONE, within: 4, known: [0, 4, 0] };

const ROWS: Readonly<Record<string, [readonly number[], number, object]>> = {
  'an empty window': [ROW, 0, NONE],
  'a constant feature and one category': [ROW, 4, GOOD],
  'all missing': [[MISSING, MISSING], 4, { ...NONE, missing: 4, noCategory: 4 }],
  infinity: [[INFINITY, 1], 4, { ...GOOD, within: 0, notFinite: 4 }],
  'minus infinity': [[-INFINITY, 1], 4, { ...GOOD, within: 0, notFinite: 4 }],
  'a category that is infinite': [[0, INFINITY], 4, { ...GOOD, known: [0, 0, 0], noCategory: 4 }],
  'the largest number': [[3.4e38, 1], 4, { ...GOOD, within: 0, above: 4 }],
  'the smallest number': [[-3.4e38, 1], 4, { ...GOOD, within: 0, below: 4 }],
  'a category never seen': [[0, 99], 4, { ...GOOD, known: [0, 0, 0], unseen: 4 }],
  'a category between two others': [[0, 0.5], 4, { ...GOOD, known: [0, 0, 0], unseen: 4 }],
};

for (const [name, [row, rows, expected]] of Object.entries(ROWS)) {
  test(`inputs: ${name}`, () => {
    assert.deepEqual(counted(row, rows), expected);
  });
}

/** Outputs, the predicted class, and whether it counts as one that the model knows. */
const ANSWERS: Readonly<Record<string, [readonly number[], number, boolean]>> = {
  'a certain answer': [[0, 1], 1, true],
  'probabilities that are missing': [[MISSING, MISSING], 1, true],
  'probabilities that are infinite': [[-INFINITY, INFINITY], 1, true],
  'huge probabilities': [[1e30, 3e38], 1, true],
  'no probability': [[0, 0], 0, true],
  'a class that does not exist': [[0.5, 0.5], 7, false],
  'a negative class': [[0.5, 0.5], -1, false],
  'a class that is missing': [[0.5, 0.5], MISSING, false],
};

for (const [name, [outputs, predicted, isKnown]] of Object.entries(ANSWERS)) {
  test(`answers: ${name}`, () => {
    const sketch = createOutputSketch(profile.outputs.layout);
    for (let i = 0; i < 3; i++) sketch.add(Float32Array.from(outputs), predicted);
    const vector = sketch.vector();
    assert.ok(vector.every(Number.isSafeInteger), String(vector));
    assert.deepEqual(decodeVector(encodeVector(vector)), vector);
    const { classes } = outputShapeOf(profile.outputs.layout);
    assert.equal(vector[classes + 2], isKnown ? 0 : 3);
  });
}

test('answers: an empty window', () => {
  const vector = createOutputSketch(profile.outputs.layout).vector();
  assert.ok(vector.every((n) => n === 0));
});

/** Rows that a chunk does not take; they are counted, and nothing else happens. */
const place = { partition: 0, chunkStart: 0 };
const context = contextOf(spec, profile);
const outcome = {
  version: 1,
  eventTime: 5,
  labelEventTime: 6,
  predicted: 1,
  label: 0,
  confidence: 0.5,
  requestPartition: 0,
  requestOffset: 0,
  rivals: [],
};
const data = (row: readonly number[], eventTime: number, version = 1) => {
  const sketcher = createChunkSketcher('data', context, place);
  sketcher.add(version, Float32Array.from(row), eventTime);
  return sketcher;
};
const concept = (change: Partial<typeof outcome>) => {
  const sketcher = createChunkSketcher('concept', context, place);
  sketcher.add({ ...outcome, ...change });
  return sketcher;
};
const prediction = (outputs: readonly number[], eventTime: number) => {
  const sketcher = createChunkSketcher('prediction', context, place);
  sketcher.add(1, Float32Array.from(outputs), 1, eventTime);
  return sketcher;
};
const REJECTED: Readonly<Record<string, () => Pick<ChunkSketcher, 'sketches'>>> = {
  'a row that is too short': () => data([1], 5),
  'a row of a time when no version was live': () => data(ROW, 5, 0),
  'a row that is too long': () => data([1, 1, 1], 5),
  'an event time that is missing': () => data(ROW, MISSING),
  'an event time before 1970': () => data(ROW, -1),
  'an event time that no date can hold': () => data(ROW, 1e16),
  'an event time that is infinite': () => data(ROW, INFINITY),
  'an event time between milliseconds': () => data(ROW, 0.5),
  'outputs of another width': () => prediction([0.1, 0.2, 0.7], 5),
  'no outputs': () => prediction([], 5),
  'an answer without an event time': () => prediction([0.5, 0.5], MISSING),
  'a label that is missing': () => concept({ label: MISSING }),
  'a label that is infinite': () => concept({ label: INFINITY }),
  'an answer that is missing': () => concept({ predicted: MISSING }),
  'an outcome without an event time': () => concept({ eventTime: MISSING }),
};

for (const [name, make] of Object.entries(REJECTED)) {
  test(`a chunk counts ${name} as rejected`, () => {
    const [record] = make().sketches({ chunkEnd: 1, logTime: 1 });
    assert.equal(record?.rejected, 1);
    assert.deepEqual(record?.windows, []);
    assert.deepEqual(record?.recent, [], 'it shows nothing of how far event times have come');
  });
}

test('a chunk without rows says nothing', () => {
  for (const signal of ['data', 'prediction', 'concept'] as const)
    assert.deepEqual(createChunkSketcher(signal, context, place).sketches({ chunkEnd: 0, logTime: 0 }), []);
});

const REFUSED: Readonly<Record<string, () => unknown>> = {
  'sketches of other layouts': () => addVector(new Float64Array(2), new Float64Array(3)),
  'bytes of another format': () => decodeVector(Uint8Array.of(9, 1, 2)),
  'bytes that are cut off': () => decodeVector(encodeVector([1, 2, 3]).subarray(0, 3)),
  'no bytes': () => decodeVector(new Uint8Array()),
  'outcomes of another format': () => decodeOutcomes(Uint8Array.of(9), 1),
  'outcomes that are cut off': () => decodeOutcomes(encodeOutcomes([outcome]).subarray(0, 6), 1),
};

for (const [name, act] of Object.entries(REFUSED)) {
  test(`${name} are refused with DATA_INVALID`, () => {
    assert.throws(act, { code: 'DATA_INVALID' });
  });
}

test('a profile whose scale is 0, and a feature of denormal numbers, are counted like any other', () => {
  // So it is made in a thread where denormal numbers count as 0.
  const flushed = sealLayout({
    ...layout,
    features: layout.features.map((feature) =>
      feature.kind === 'numeric' ? { ...feature, centre: 0, scale: 0, edges: [0, nextUp(0)] } : feature,
    ),
  });
  const sketch = createDataSketch(flushed);
  for (const value of [0, -0, 1e-45, -1e-45, 1, -1, 3.4e38]) sketch.add(Float32Array.of(value, 1));
  const vector = sketch.vector();
  assert.deepEqual(decodeVector(encodeVector(vector)), vector);
  const first = shapeOf(flushed).firstBin[0] ?? 0;
  assert.deepEqual([...vector.subarray(first, first + 3)], [2, 3, 2], 'below, at and above 0');
});

test('a constant 0 has an edge above it that every processor mode knows', () => {
  assert.equal(nextUp(0), 2 ** -126);
  assert.equal(nextUp(-(2 ** -126)), 0);
  for (const value of [1, -1, 2 ** -126, 1e-37, -1e-37, 1e38].map(Math.fround)) {
    const next = nextUp(value);
    assert.ok(next > value && Math.fround(next) === next);
    assert.ok(Math.fround((value + next) / 2) === value || Math.fround((value + next) / 2) === next);
  }
});

test('what is no whole number is not written: it could not be read again', () => {
  assert.throws(() => encodeVector([1, Number.NaN]), /Entry 1 of a sketch is NaN/);
  assert.throws(() => encodeVector([2 ** 60]), RangeError);
});
