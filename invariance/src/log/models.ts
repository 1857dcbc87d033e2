import { buildReferenceProfile, type ReferenceProfile } from '@driftloop/drift';
import { float32Tensor, GraphBuilder, serializeModel } from '@driftloop/onnx';
import { defaultSpec } from '@driftloop/registry';
import type { ModelSpec } from '@driftloop/schemas';
import type { LabelledRows } from '@driftloop/spec';
import { createRandom, type Random } from '@driftloop/stats';

/**
 * A model of the fixed log: where its rows and their truth come from, and two versions that answer
 * them.
 */
export interface Subject {
  readonly spec: ModelSpec;
  /** Event time of the first row, epoch milliseconds. */
  readonly startMs: number;
  /**
   * Draws the features of a row.
   * @param phase how far the log is, 0 to 1: what they look like changes on the way
   */
  features(random: Random, phase: number): Float32Array;
  /** The truth about a row; it changes on the way, too. */
  truth(random: Random, features: Float32Array, phase: number): number;
  /** Version 1 stays in shadow, version 2 is live. One weight per feature. */
  readonly weights: readonly [readonly number[], readonly number[]];
}

/** A version that is ready to be registered. */
export interface HandMadeVersion {
  readonly onnx: Uint8Array;
  readonly profile: ReferenceProfile;
  readonly metrics: Readonly<Record<string, number>>;
}

const REFERENCE_ROWS = 3_000;
/**
 * Features are multiples of a sixteenth and weights of a half, so that an answer does not depend on
 * the rows that it is computed beside.
 */
const GRID = 16;

/** Nine of ten rows: 50 a second, event times are now, windows of 15 s with about 750 rows. */
function swift(startMs: number): Subject {
  const spec = defaultSpec({
    model: 'swift',
    task: 'binary',
    classes: 2,
    features: ['a', 'b', 'c', 'd'].map((name) => ({ name, kind: 'numeric', allowMissing: false })),
    intervalMs: 20,
  });
  return {
    spec: {
      ...spec,
      window: { ...spec.window, lengthMs: 15_000, allowedLatenessMs: 4_000 },
      retrain: { ...spec.retrain, cooldownMs: 60_000, maxAgeMs: 600_000, minLabels: 1_000 },
    },
    startMs,
    features: (random, phase) =>
      Float32Array.from({ length: 4 }, (_, column) =>
        onGrid(random.normal() + (phase > 0.65 && column === 2 ? 0.75 : 0)),
      ),
    truth(random, [a = 0, b = 0], phase) {
      const isOne = phase > 0.35 && phase < 0.55 ? a - b > 0 : a + b > 0;
      const isWrong = random.uniform() < 0.1;
      return isOne !== isWrong ? 1 : 0;
    },
    weights: [
      [2, 1, 0, 0.5],
      [2, 2, 0, 0],
    ],
  };
}

/** One of ten rows: half-hours of 1996, however fast they come; windows of a week with 336 rows. */
const SPARSE: Subject = {
  spec: (() => {
    const spec = defaultSpec({
      model: 'sparse',
      task: 'regression',
      classes: 0,
      features: [
        { name: 'x', kind: 'numeric', allowMissing: false },
        { name: 'y', kind: 'numeric', allowMissing: false },
        { name: 'kind', kind: 'categorical', allowMissing: false },
      ],
      intervalMs: 1_800_000,
    });
    return { ...spec, window: { ...spec.window, allowedLatenessMs: 10_800_000 } };
  })(),
  startMs: Date.parse('1996-05-07T00:00:00Z'),
  features: (random, phase) =>
    Float32Array.of(
      onGrid(random.normal()),
      onGrid(random.normal() * (phase > 0.8 ? 2 : 1)),
      random.integer(3),
    ),
  truth: (random, [x = 0, y = 0, kind = 0], phase) =>
    2 * x - y + kind / 2 + (phase > 0.7 ? 2 : 0) + random.normal() / 2,
  weights: [
    [1, -1, 0],
    [2, -1, 0.5],
  ],
};

/** The models of the fixed log. @param startMs when the log begins, epoch milliseconds */
export function subjects(startMs: number): readonly [swift: Subject, sparse: Subject] {
  return [swift(startMs), SPARSE];
}

/** Both versions of a model: hand-made, quick to load, with a reference from before the log. */
export function versionsOf(subject: Subject, seed: number): readonly [HandMadeVersion, HandMadeVersion] {
  const { spec } = subject;
  const random = createRandom(seed).fork(`reference of ${spec.model}`);
  const width = spec.features.length;
  const features = new Float32Array(REFERENCE_ROWS * width);
  const labels = new Float32Array(REFERENCE_ROWS);
  for (let row = 0; row < REFERENCE_ROWS; row++) {
    const drawn = subject.features(random, 0);
    features.set(drawn, row * width);
    labels[row] = subject.truth(random, drawn, 0);
  }
  const intervalMs = spec.window.lengthMs / 400;
  const data: LabelledRows = {
    rows: REFERENCE_ROWS,
    width,
    features,
    labels,
    weights: new Float32Array(REFERENCE_ROWS).fill(1),
    eventTimes: Float64Array.from(
      labels,
      (_, row) => subject.startMs - Math.round((REFERENCE_ROWS - row) * intervalMs),
    ),
  };
  const [first, second] = subject.weights.map((weights) => versionOf(spec, data, weights));
  if (!first || !second) throw new Error('a subject has two versions');
  return [first, second];
}

function versionOf(spec: ModelSpec, data: LabelledRows, weights: readonly number[]): HandMadeVersion {
  const isClassifier = spec.task !== 'regression';
  const width = isClassifier ? 2 : 1;
  const outputs = new Float32Array(data.rows * width);
  for (let row = 0; row < data.rows; row++) {
    const features = data.features.subarray(row * data.width, (row + 1) * data.width);
    outputs.set(outputsOf(spec, weights, features), row * width);
  }
  const profile = buildReferenceProfile({ spec, data, outputs });
  const quality = profile.outputs.score.mean;
  return {
    onnx: linearModel(weights, isClassifier),
    profile,
    metrics: isClassifier ? { accuracy: quality } : { squaredError: quality },
  };
}

/** What a version with these weights answers to a row. */
export function outputsOf(
  { task }: ModelSpec,
  weights: readonly number[],
  features: Float32Array,
): Float32Array {
  const score = weights.reduce((sum, weight, column) => sum + weight * (features[column] ?? 0), 0);
  if (task === 'regression') return Float32Array.of(score);
  const one = 1 / (1 + Math.exp(-score));
  return Float32Array.of(1 - one, one);
}

function linearModel(weights: readonly number[], isClassifier: boolean): Uint8Array {
  const graph = new GraphBuilder({ name: 'linear' });
  const x = graph.input('x', 'float32', ['rows', weights.length]);
  const columns = isClassifier ? 2 : 1;
  const values = new Float32Array(weights.length * columns);
  weights.forEach((weight, row) => {
    values[row * columns + columns - 1] = weight;
  });
  const w = graph.initializer(float32Tensor('w', [weights.length, columns], values));
  const bias = graph.initializer(float32Tensor('b', [columns], new Float32Array(columns)));
  const scores = graph.node('Gemm', [x, w, bias], {}, isClassifier ? undefined : 'y');
  graph.output(isClassifier ? graph.node('Softmax', [scores], { axis: 1 }, 'y') : scores);
  return serializeModel(graph.build());
}

function onGrid(value: number): number {
  return Math.max(-4, Math.min(4, Math.round(value * GRID) / GRID));
}
