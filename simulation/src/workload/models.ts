import { createHash } from 'node:crypto';
import { createLinear } from '@driftloop/continual';
import type { IncumbentAnswer, ModelSpec } from '@driftloop/schemas';
import type { LabelledRows } from '@driftloop/spec';
import { createRandom, type Random } from '@driftloop/stats';
import { EPOCH_MS } from '../time/epoch.ts';

/** Event time that a window holds. */
export const WINDOW_MS = 10 * 60_000;
const LATENESS_MS = 60_000;
/** Of one model so few that most runs have alarms of the row watch. */
const ROWS_BETWEEN_ALARMS: Readonly<Record<string, number>> = { alpha: 20, kappa: 50_000, gamma: 50_000 };

/** A model of the simulated traffic. */
export interface SimulatedModel {
  readonly spec: ModelSpec;
  /**
   * Versions that are registered before the traffic begins, and what becomes of them; the last live
   * one answers. An incumbent is live and served by others: requests carry its answers.
   */
  readonly versions: readonly ('live' | 'incumbent' | 'canary')[];
}

/**
 * Three models, one per task: a shadow, a categorical feature, and a canary beside what others
 * serve among them.
 */
export const MODELS: readonly SimulatedModel[] = [
  {
    spec: specOf('alpha', 'binary', 2, ['a', 'b', 'c'], { shadowVersions: [1], canaryShare: 0 }),
    versions: ['live', 'live'],
  },
  {
    spec: specOf('kappa', 'multiclass', 3, ['a', '#kind', 'c'], { shadowVersions: [], canaryShare: 0 }),
    versions: ['live'],
  },
  {
    spec: specOf('gamma', 'regression', 0, ['a', 'b?'], { shadowVersions: [], canaryShare: 0.2 }),
    versions: ['incumbent', 'canary'],
  },
];

/**
 * The ONNX file of a version of a spec; nothing runs it.
 * @param seed other files answer a little differently
 */
export function untrainedFile({ features, task, classes }: ModelSpec, seed: number): Uint8Array {
  return createLinear({ inputs: features.length, task, classes, seed });
}

/** Features of a row. @param shift how far numeric features have moved */
export function drawFeatures({ features }: ModelSpec, random: Random, shift: number): Float32Array {
  return Float32Array.from(features, ({ kind, allowMissing }) => {
    if (kind === 'categorical') return random.integer(4);
    if (allowMissing && random.uniform() < 0.1) return Number.NaN;
    return random.normal() + shift;
  });
}

/** What those who serve a model have answered to a row; undefined where nobody else does. */
export function incumbentAnswer(
  { spec, versions }: SimulatedModel,
  features: Float32Array,
): IncumbentAnswer | undefined {
  const place = versions.indexOf('incumbent');
  if (place < 0) return undefined;
  const file = untrainedFile(spec, place + 1);
  return { outputs: answersOf(file, spec.task, features.length, features) };
}

/** The truth about a row. @param turn how far the concept has changed, 0 to 1 */
export function drawLabel(spec: ModelSpec, features: Float32Array, random: Random, turn: number): number {
  const score = scoreOf(features, turn) + 0.4 * random.normal();
  if (spec.task === 'regression') return Math.fround(score);
  return spec.task === 'binary' ? Number(score > 0) : classOf(score);
}

/** What a version answers: near the truth before any drift, a little beside it by its file. */
export function answersOf(
  onnx: Uint8Array,
  task: ModelSpec['task'],
  width: number,
  features: Float32Array,
): Float32Array<ArrayBuffer> {
  const bias = biasOf(onnx);
  const rows = features.length / width;
  const classes = task === 'regression' ? 1 : task === 'binary' ? 2 : 3;
  const outputs = new Float32Array(rows * classes);
  for (let row = 0; row < rows; row++) {
    const score = scoreOf(features.subarray(row * width, (row + 1) * width), 0) + bias;
    if (task === 'regression') outputs[row] = score;
    else if (task === 'binary') {
      const one = 1 / (1 + Math.exp(-4 * score));
      outputs[2 * row] = 1 - one;
      outputs[2 * row + 1] = one;
    } else {
      const weights = [-1, 0, 1].map((middle) => Math.exp(-2 * (score - middle) ** 2));
      const sum = weights.reduce((total, weight) => total + weight, 0);
      for (const [index, weight] of weights.entries()) outputs[3 * row + index] = weight / sum;
    }
  }
  return outputs;
}

/** Rows from before the traffic, as a version was trained on. */
export function trainingRows(spec: ModelSpec, rows: number): LabelledRows {
  const random = createRandom(`training/${spec.model}`);
  const width = spec.features.length;
  const features = new Float32Array(rows * width);
  const labels = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const drawn = drawFeatures(spec, random, 0);
    features.set(drawn, row * width);
    labels[row] = drawLabel(spec, drawn, random, 0);
  }
  const eventTimes = Float64Array.from(labels, (_, row) => EPOCH_MS - (rows - row) * 15_000);
  return { rows, width, features, labels, weights: new Float32Array(rows).fill(1), eventTimes };
}

function scoreOf(features: Float32Array, turn: number): number {
  const [first = 0, second = 0, third = 0] = features;
  const known = (value: number) => (Number.isNaN(value) ? 0 : value);
  return (1 - 2 * turn) * known(first) - 0.3 * known(second) + 0.5 * known(third);
}

function classOf(score: number): number {
  return score < -0.5 ? 0 : score < 0.5 ? 1 : 2;
}

const biases = new Map<string, number>();

function biasOf(onnx: Uint8Array): number {
  const digest = createHash('sha256').update(onnx).digest('hex');
  const known = biases.get(digest) ?? 0.2 * (createRandom(digest).uniform() - 0.5);
  biases.set(digest, known);
  return known;
}

function specOf(
  model: string,
  task: ModelSpec['task'],
  classes: number,
  names: readonly string[],
  rollout: ModelSpec['rollout'],
): ModelSpec {
  return {
    model,
    task,
    classes,
    features: names.map((name) => ({
      name: name.replace(/[#?]/, ''),
      kind: name.startsWith('#') ? 'categorical' : 'numeric',
      allowMissing: name.endsWith('?'),
    })),
    window: {
      lengthMs: WINDOW_MS,
      allowedLatenessMs: LATENESS_MS,
      minSamples: 12,
      allowedAheadMs: 0,
      partitionIdleMs: 10_000,
    },
    drift: {
      expectedWindowsBetweenFalseAlarms: 20,
      detectors: [],
      expectedRowsBetweenFalseAlarms: ROWS_BETWEEN_ALARMS[model] ?? 50_000,
    },
    retrain: {
      enabled: true,
      strategy: 'replay',
      cooldownMs: 4 * WINDOW_MS,
      minLabels: 20,
      maxRows: 2_000,
      maxSeconds: 60,
      maxSteps: 1_000,
      maxAgeMs: 8 * WINDOW_MS,
    },
    rollout,
    updatedAt: 0,
  };
}
