import assert from 'node:assert/strict';
import { test } from 'node:test';
import { estimatePerformance, fitCbpe, METRICS, realizedPerformance } from '@driftloop/estimates';
import type { ModelSpec } from '@driftloop/schemas';
import type { LabelledRows } from '@driftloop/spec';
import { createRandom } from '@driftloop/stats';
import { answerExpectation, buildReferenceProfile, type ReferenceProfile } from '../../src/index.ts';
import { PREDICTION_SIGNAL } from '../../src/signals/prediction/index.ts';
import { addVector } from '../../src/sketch/integer-vector.ts';
import { createOutputSketch } from '../../src/sketch/output-sketch.ts';
import { specOf } from '../spec-of.ts';

const WIDTH = 2;

interface Answered {
  readonly data: LabelledRows;
  readonly outputs: Float32Array;
  readonly predicted: Float64Array;
}

/**
 * A classifier, or a regression, whose second input says how far it is off; that moves by `shift`.
 */
function answered(spec: ModelSpec, rows: number, shift: number, seed: number): Answered {
  const random = createRandom(seed);
  const features = new Float32Array(rows * WIDTH);
  const labels = new Float32Array(rows);
  const outputs = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const [seen, moved] = [random.normal(), random.normal() + shift];
    features.set([seen, moved], row * WIDTH);
    if (spec.task === 'regression') {
      outputs[row] = seen;
      labels[row] = seen + random.normal() * Math.log1p(Math.exp(moved));
    } else {
      const said = 1 / (1 + Math.exp(-2 * seen));
      outputs[row] = said;
      labels[row] = Number(random.uniform() < (moved > 0.5 ? 0.5 + 0.4 * (said - 0.5) : said));
    }
  }
  const data = {
    rows,
    width: WIDTH,
    features,
    labels,
    weights: new Float32Array(rows).fill(1),
    eventTimes: Float64Array.from({ length: rows }, (_, i) => i),
  };
  const isClass = spec.task !== 'regression';
  return { data, outputs, predicted: Float64Array.from(outputs, (p) => (isClass ? Number(p >= 0.5) : p)) };
}

/** Findings of a window of answers, sketched in chunks. */
function tested(
  spec: ModelSpec,
  profile: ReferenceProfile,
  { data, outputs, predicted }: Answered,
  options: {
    readonly chunks?: number;
    readonly saysNothing?: boolean;
    readonly memory?: Record<string, unknown>;
  } = {},
) {
  const { chunks = 1, saysNothing = false, memory = {} } = options;
  const expectation = answerExpectation(profile, WIDTH);
  const expected = expectation?.of(data.features, outputs, 1, data.rows);
  const width = expectation?.width ?? 0;
  const sketches = Array.from({ length: chunks }, () => createOutputSketch(profile.outputs.layout));
  for (let row = 0; row < data.rows; row++)
    sketches[row % chunks]?.add(
      outputs.subarray(row, row + 1),
      predicted[row] ?? 0,
      0,
      1,
      saysNothing ? undefined : expected?.subarray(row * width, (row + 1) * width),
    );
  const [content, ...others] = sketches.map((sketch) => sketch.vector());
  assert.ok(content);
  for (const other of others) addVector(content, other);
  return PREDICTION_SIGNAL.test(
    { spec, version: 1, profile, start: 0, end: 1, n: data.rows, content },
    memory,
  ).findings;
}

const profileOf = (spec: ModelSpec, { data, outputs }: Answered) =>
  buildReferenceProfile({ spec, data, outputs });
const estimateOf = (findings: ReturnType<typeof tested>, metric: string) =>
  findings.find(({ detector, feature }) => detector === 'estimates' && feature === metric);
const accuracyOf = ({ data, predicted }: Answered) =>
  predicted.reduce((sum, answer, row) => sum + Number(answer === data.labels[row]), 0) / data.rows;

const binary = specOf({ numeric: WIDTH });
const binaryProfile = profileOf(binary, answered(binary, 4000, 0, 1));

test('bounds hold what labels say later, where inputs moved and where not', () => {
  let outside = 0;
  for (let seed = 0; seed < 60; seed++) {
    const window = answered(binary, 500, seed % 3, 100 + seed);
    const estimate = estimateOf(tested(binary, binaryProfile, window), 'accuracy');
    const truth = accuracyOf(window);
    assert.ok(Math.abs((estimate?.statistic ?? 0) - truth) < 0.1);
    if (truth < (estimate?.lower ?? 1) || truth > (estimate?.upper ?? 0)) outside++;
  }
  assert.ok(outside <= 3, `${outside} of 60`);
});

test('chunks add up to the same estimates, byte for byte', () => {
  const window = answered(binary, 600, 1, 7);
  assert.deepEqual(
    tested(binary, binaryProfile, window, { chunks: 7 }),
    tested(binary, binaryProfile, window),
  );
});

test('sums of a sketch say every metric as the rows do one by one', () => {
  const window = answered(binary, 3000, 0, 6);
  const { data, outputs, predicted } = window;
  const expected = answerExpectation(binaryProfile, WIDTH)?.of(data.features, outputs, 1, data.rows);
  assert.ok(expected);
  const reference = fitCbpe(
    { probabilities: expected, predicted, truth: data.labels },
    { classes: 2, chunkSize: 500, random: createRandom(1), calibration: 'never' },
  );
  const byRow = estimatePerformance(reference, { probabilities: expected, predicted });
  const realised = realizedPerformance({ probabilities: outputs, predicted, truth: data.labels }, 2);
  const findings = tested(binary, binaryProfile, window);
  for (const metric of METRICS) {
    const value = estimateOf(findings, metric)?.statistic ?? Number.NaN;
    // Rows are ranked by what the model said, and in bins: only near to what the rows say.
    const [wanted, most] = metric === 'rocAuc' ? [realised.rocAuc, 0.03] : [byRow[metric].estimated, 1e-5];
    assert.ok(Math.abs(value - wanted) < most, `${metric}: ${value}, not ${wanted}`);
  }
});

test('what answers say of the inputs is worth more than calibration alone', () => {
  const window = answered(binary, 4000, 1, 8);
  const gap = (saysNothing: boolean) =>
    Math.abs(
      (estimateOf(tested(binary, binaryProfile, window, { saysNothing }), 'accuracy')?.statistic ?? 0) -
        accuracyOf(window),
    );
  assert.ok(gap(false) < 0.03, `${gap(false)}`);
  assert.ok(gap(true) > 2 * gap(false), `${gap(true)}`);
});

test('the accuracy since the version began adds up its windows, and its bounds narrow', () => {
  const memory = {};
  const widths = [1, 2, 3, 4].map((seed) => {
    const found = estimateOf(
      tested(binary, binaryProfile, answered(binary, 500, 0, seed), { memory }),
      'runningAccuracy',
    );
    return (found?.upper ?? 1) - (found?.lower ?? 0);
  });
  assert.ok((widths[3] ?? 1) < (widths[0] ?? 0), `${widths}`);
  assert.deepEqual(JSON.parse(JSON.stringify(memory)), memory);
});

test('a limit that is missed is told with its likelihood; one that is kept is not called drift', () => {
  const window = answered(binary, 2000, 2, 9);
  const limited = (...values: number[]) =>
    tested(
      {
        ...binary,
        drift: { ...binary.drift, limits: values.map((value) => ({ metric: 'accuracy', value })) },
      },
      binaryProfile,
      window,
    ).filter(({ detector }) => detector === 'limit');
  assert.deepEqual(
    limited(0.9, 0.3).map(({ drifted, threshold }) => [threshold, drifted]),
    [
      [0.9, true],
      [0.3, false],
    ],
  );
  const [missed, kept] = limited(0.9, 0.3);
  assert.ok((missed?.pValue ?? 1) < 1e-6 && (kept?.pValue ?? 0) > 0.999);
  assert.deepEqual(limited(), []);
});

test("a regression's errors are estimated where inputs moved, if answers say what to expect", () => {
  const spec: ModelSpec = { ...binary, task: 'regression', classes: 0 };
  const profile = profileOf(spec, answered(spec, 4000, 0, 1));
  const window = answered(spec, 4000, 1, 2);
  const truth =
    window.predicted.reduce((sum, value, row) => sum + Math.abs(value - (window.data.labels[row] ?? 0)), 0) /
    4000;
  const mae = estimateOf(tested(spec, profile, window), 'mae');
  assert.ok(mae?.drifted);
  assert.ok(Math.abs(mae.statistic - truth) < 0.1 * truth, `${mae.statistic}, not ${truth}`);
  assert.ok(estimateOf(tested(spec, profile, window), 'rmse'));
  assert.equal(estimateOf(tested(spec, profile, window, { saysNothing: true }), 'mae'), undefined);
});

test('profiles of before have no estimates, and are read as they were', () => {
  const { performance: _none, layout, ...outputs } = binaryProfile.outputs;
  const { estimates: _neither, ...older } = layout;
  const profile = { ...binaryProfile, outputs: { ...outputs, layout: older } };
  const found = tested(binary, profile, answered(binary, 300, 0, 3), { saysNothing: true });
  assert.deepEqual(
    found.map(({ detector }) => detector),
    ['cbpe', 'classes', 'confidence', 'entropy'],
  );
  assert.equal(answerExpectation(profile, WIDTH), undefined);
});
