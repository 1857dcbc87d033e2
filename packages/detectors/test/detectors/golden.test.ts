import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readVectors } from '@driftloop/vectors';
import { Adwin } from '../../src/detectors/adwin.ts';
import { Ddm } from '../../src/detectors/ddm.ts';
import { Eddm } from '../../src/detectors/eddm.ts';
import { HddmA } from '../../src/detectors/hddm-a.ts';
import { HddmW } from '../../src/detectors/hddm-w.ts';
import { Kswin } from '../../src/detectors/kswin.ts';
import { PageHinkley } from '../../src/detectors/page-hinkley.ts';
import { createDetector, type Detector } from '../../src/index.ts';
import {
  type DetectorRun,
  type ErrorStreamVectors,
  NAMES,
  ourParameters,
  type StreamVectors,
  streamValues,
} from './vectors.ts';

for (const stream of readVectors<StreamVectors>('streams.json').streams) {
  const values = streamValues(stream.data);
  for (const [i, run] of stream.results.entries()) {
    test(`${stream.name} #${i}: ${run.detector} answers as river's`, () => {
      const name = NAMES[run.detector];
      assert.ok(name !== undefined, `no detector for ${run.detector}`);
      assert.equal(values.length, stream.n);
      if (run.detector === 'KSWIN') checkKswin(run, values);
      else checkRun(createDetector(name, ourParameters(run.params)), run, values);
    });
  }
}

for (const stream of readVectors<ErrorStreamVectors>('error_streams.json').streams) {
  const values = streamValues(stream.errors);
  for (const [river, detections] of Object.entries(stream.detections)) {
    const name = NAMES[river];
    test(`${stream.generator} seed ${stream.seed}: ${river} flags a Hoeffding tree's errors where river's does`, () => {
      assert.ok(name !== undefined, `no detector for ${river}`);
      if (river === 'KSWIN') checkKswin({ params: {}, detections }, values);
      else assert.deepEqual(detectionsOf(createDetector(name), toInput(river, values)), detections);
    });
  }
}

/** river's FHDDM finds a fall of the share of ones; ours, as the paper's, of zeros. */
function toInput(river: string, values: number[]): number[] {
  return river === 'FHDDM' ? values.map((x) => 1 - x) : values;
}

function detectionsOf(detector: Detector, values: number[]): number[] {
  const found: number[] = [];
  for (const [i, x] of values.entries()) {
    detector.update(x);
    if (detector.drift) found.push(i);
  }
  return found;
}

function checkRun(detector: Detector, run: DetectorRun, values: number[]): void {
  const detections: number[] = [];
  const warnings: [number, number][] = [];
  const traces = new Map((run.trace ?? []).map((row) => [row[0], row]));
  let traced = 0;
  for (const [i, x] of toInput(run.detector, values).entries()) {
    detector.update(x);
    if (detector.drift) detections.push(i);
    const last = warnings.at(-1);
    if (detector.warning && last?.[1] === i - 1) last[1] = i;
    else if (detector.warning) warnings.push([i, i]);
    const expected = traces.get(i);
    if (expected === undefined) continue;
    traced++;
    for (const [k, value] of internals(detector).entries())
      assertTrace(value, expected[k + 1], `trace ${i}, field ${k}`);
  }
  assert.deepEqual(detections, run.detections);
  assert.equal(traced, traces.size, 'every trace is compared');
  if (run.warning_runs !== null) assert.deepEqual(warnings, run.warning_runs);
}

/** The fields that streams.json traces, in its order. */
function internals(detector: Detector): (number | undefined)[] {
  if (detector instanceof Adwin) return [detector.width, detector.estimation, detector.variance];
  if (detector instanceof PageHinkley) return [detector.rise, detector.fall];
  if (detector instanceof Ddm) return [detector.estimation, detector.pMin, detector.sMin];
  if (detector instanceof Eddm)
    return [detector.meanDistance, detector.distanceVariance, detector.largestDistance];
  if (detector instanceof HddmA) return [detector.estimation, detector.cutSize, detector.cutMean];
  if (detector instanceof HddmW)
    return [detector.estimation, detector.boundCondition, detector.averageSinceCut];
  return [];
}

function assertTrace(actual: number | undefined, expected: number | null | undefined, what: string): void {
  if (expected === null || expected === undefined) {
    assert.ok(actual === undefined || !Number.isFinite(actual), `${what}: ${actual}, expected none`);
    return;
  }
  const error = Math.abs((actual ?? Number.NaN) - expected);
  assert.ok(error <= 1e-9 * Math.max(1, Math.abs(expected)), `${what}: ${actual}, expected ${expected}`);
}

/**
 * KSWIN draws with Python's generator, so neither detections nor p-values come again. What must
 * hold: every p-value of river is one that this detector can give, and the number of detections is
 * one that its seeds give.
 */
function checkKswin(run: Pick<DetectorRun, 'params' | 'detections' | 'p_values'>, values: number[]): void {
  const parameters = ourParameters(run.params);
  const possible = Array.from(new Kswin(parameters).possiblePValues);
  for (const [, p] of run.p_values ?? []) {
    assert.ok(
      possible.some((ours) => Math.abs(ours - p) <= 1e-9 * p),
      `p ${p} is not among the possible`,
    );
  }
  const counts = [1, 2, 3, 4, 5].map(
    (seed) => detectionsOf(new Kswin({ ...parameters, seed }), values).length,
  );
  const mean = counts.reduce((a, b) => a + b, 0) / counts.length;
  const allowed = 4 * Math.sqrt(mean + 1) + 1;
  assert.ok(
    Math.abs(run.detections.length - mean) <= allowed,
    `river ${run.detections.length}, ours ${counts}`,
  );
}
