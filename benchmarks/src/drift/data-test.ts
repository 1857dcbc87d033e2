import {
  buildReferenceProfile,
  createChunkSketcher,
  createReducer,
  type ModelContext,
  noteOf,
} from '@driftloop/drift';
import type { DriftSketch, ModelSpec } from '@driftloop/schemas';
import type { LabelledRows } from '@driftloop/spec';
import { createRandom, type Random } from '@driftloop/stats';
import type { Result } from '../harness/benchmark.ts';
import { cpuSeconds, rateResult, timeResult } from '../harness/measure.ts';

const ROWS = 10_000;
const WIDTH = 32;
const CHUNK = 1000;
/** Rows beyond a window until it counts as passed. */
const AFTER = 25;

/**
 * The data signal of a window of 10,000 × 32 against the reference of a version: all per-feature
 * tests, MMD and PCA. The map (sketching the rows) and the reduce (merging ten sketches, testing
 * the window) are timed apart.
 */
export function benchDataTest(samples: number, peer: ReadonlyMap<string, number>): Result[] {
  const random = createRandom(3);
  const context = contextOf(rowsOf(random, 0));
  const window = rowsOf(random, 0.2);
  sketch(context, window);
  const rates = Array.from({ length: samples }, () => ROWS / cpuSeconds(() => sketch(context, window)));
  const sketches = [...sketch(context, window), ...closing(context)];
  test(context, sketches);
  const times = Array.from({ length: samples }, () => 1000 * cpuSeconds(() => test(context, sketches)));
  const both = times.map((time, i) => time + (1000 * ROWS) / (rates[i] ?? Number.NaN));
  const tested = timeResult('data test of 10,000 x 32 against the reference', times, 'ms of CPU', {
    name: 'frouros PSI of the same',
    value: peer.get('frouros psi'),
  });
  const sketched = rateResult('sketching of 32 features', rates, 'rows/s of CPU', {
    name: '',
    value: undefined,
  });
  return [
    { ...tested, bar: '< 20 ms', holds: tested.value < 20 },
    { ...sketched, bar: '>= 300,000 rows/s', holds: sketched.value >= 300_000 },
    timeResult('sketching and testing 10,000 x 32', both, 'ms of CPU', {
      name: 'evidently report of the same',
      value: peer.get('evidently report'),
    }),
  ];
}

function contextOf(reference: LabelledRows): ModelContext {
  const spec: ModelSpec = {
    model: 'bench',
    task: 'binary',
    classes: 2,
    features: Array.from({ length: WIDTH }, (_, i) => ({
      name: `f${i}`,
      kind: 'numeric',
      allowMissing: true,
    })),
    window: {
      lengthMs: ROWS,
      allowedLatenessMs: 0,
      minSamples: ROWS,
      allowedAheadMs: 0,
      partitionIdleMs: 10_000,
    },
    drift: { expectedWindowsBetweenFalseAlarms: 100, detectors: [] },
    retrain: {
      enabled: false,
      strategy: 'naive',
      cooldownMs: 0,
      minLabels: 100,
      maxRows: 5000,
      maxSeconds: 10,
      maxSteps: 100,
      maxAgeMs: 0,
    },
    rollout: { canaryShare: 0, shadowVersions: [] },
    updatedAt: 0,
  };
  const profile = buildReferenceProfile({ spec, data: reference, outputs: new Float32Array(ROWS).fill(0.7) });
  return { spec, liveAt: () => 1, profile: () => profile };
}

/** Standard normal features; the first eight are moved. */
function rowsOf(random: Random, shift: number): LabelledRows {
  return {
    rows: ROWS,
    width: WIDTH,
    features: Float32Array.from(
      { length: ROWS * WIDTH },
      (_, i) => random.normal() + (i % WIDTH < 8 ? shift : 0),
    ),
    labels: Float32Array.from({ length: ROWS }, () => random.integer(2)),
    weights: new Float32Array(ROWS).fill(1),
    eventTimes: Float64Array.from({ length: ROWS }, (_, i) => i),
  };
}

function sketch(context: ModelContext, { features }: LabelledRows): DriftSketch[] {
  const sketches: DriftSketch[] = [];
  for (let start = 0; start < ROWS; start += CHUNK) {
    const sketcher = createChunkSketcher('data', context, { partition: 0, chunkStart: start });
    for (let row = start; row < start + CHUNK; row++) {
      sketcher.add(1, features.subarray(row * WIDTH, (row + 1) * WIDTH), row);
    }
    sketches.push(...sketcher.sketches({ chunkEnd: start + CHUNK, logTime: start + CHUNK }));
  }
  return sketches;
}

/** Rows after the window, which close it, and a note that all has been read. */
function closing(context: ModelContext): DriftSketch[] {
  const sketcher = createChunkSketcher('data', context, { partition: 0, chunkStart: ROWS });
  for (let row = 0; row < AFTER; row++) sketcher.add(1, new Float32Array(WIDTH), 2 * ROWS);
  const end = ROWS + AFTER;
  const time = 2 * ROWS;
  return [
    ...sketcher.sketches({ chunkEnd: end, logTime: time }),
    noteOf('data', [{ partition: 0, end, time: time + 1 }], 1),
  ];
}

function test(context: ModelContext, sketches: readonly DriftSketch[]): void {
  const reducer = createReducer('data');
  const state = reducer.initial();
  let signals = 0;
  const models = { of: () => context };
  for (const record of sketches)
    for (const closing of reducer.apply(state, record, models)) signals += closing.signals.length;
  if (signals < WIDTH)
    throw new Error(`The window gave ${signals} signals; the benchmark does not measure what it says.`);
}
