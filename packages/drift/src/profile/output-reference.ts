import type { ModelSpec } from '@driftloop/schemas';
import { hasClasses, type LabelledRows, mostProbable, outputsOf, probabilityOf } from '@driftloop/spec';
import { contentHash } from '../layout/input-layout.ts';
import { entropyOf, type OutputLayout } from '../layout/output-layout.ts';
import { edgesBelow } from '../sketch/edges-below.ts';
import { fitCalibration } from './calibration.ts';
import { type Block, countsOf, momentsOf } from './dispersion.ts';
import { quantileEdges } from './edges.ts';
import { jointReference } from './joint-reference.ts';
import { measureOutputs } from './output-measures.ts';
import { estimateLayout, performanceReference } from './performance-reference.ts';
import type { OutputReference } from './reference-profile.ts';
import { heldError, mostErrorOf } from './squared-error.ts';

const OUTPUT_BINS = 128;
const CALIBRATION_BINS = 10;

/**
 * What a version answers on rows with truth, and how right it is.
 *
 * @param outputs rows × width probabilities, rows × 1 values of a regression, or rows × outputs
 * @param answered class that each answer named, where that need not be the most probable one
 */
export function outputReference(
  spec: ModelSpec,
  data: LabelledRows,
  outputs: Float32Array,
  blocks: readonly Block[],
  answered?: Float32Array,
): OutputReference {
  if (outputsOf(spec).length > 0) return severalOutputs(spec, data, outputs, blocks);
  const { rows, labels } = data;
  const width = outputs.length / rows;
  const isClass = hasClasses(spec.task);
  const predicted = Float64Array.from({ length: rows }, (_, i) =>
    isClass ? (answered?.[i] ?? mostProbable(outputs, i * width, width)) : (outputs[i] ?? 0),
  );
  const values = Float32Array.from({ length: rows }, (_, i) =>
    isClass ? probabilityOf(outputs, i * width, width, predicted[i] ?? 0) : (outputs[i] ?? 0),
  );
  const labelOf = (i: number): number => labels[i] ?? 0;
  const mostError = isClass
    ? undefined
    : mostErrorOf(predicted.map((answer, i) => (answer - labelOf(i)) ** 2));
  const score = predicted.map((answer, i) =>
    mostError === undefined ? Number(answer === labelOf(i)) : heldError(answer, labelOf(i), mostError),
  );
  const entropy = Float64Array.from({ length: rows }, (_, i) =>
    isClass ? entropyOf(outputs, i * width, width) : 0,
  );
  const edges = quantileEdges(values.filter((value) => Number.isFinite(value)).sort(), { bins: OUTPUT_BINS });
  const calibration = isClass ? fitCalibration(spec.classes, outputs, width, labels) : [];
  const estimates = estimateLayout(spec, outputs, predicted, labels);
  const layout: OutputLayout = {
    id: contentHash([spec.task, spec.classes, edges, calibration, ...(estimates ? [estimates] : [])]),
    task: spec.task,
    classes: spec.classes,
    ...(spec.classNames?.length ? { classNames: spec.classNames } : {}),
    edges,
    calibration,
    ...(estimates ? { estimates } : {}),
  };
  const bounded = Float32Array.from(edges);
  const bins = Int32Array.from(values, (value) =>
    Number.isFinite(value) ? edgesBelow(bounded, value) : edges.length + 1,
  );
  const classesOf = (column: ArrayLike<number>) =>
    countsOf(Int32Array.from(column), spec.classes + 1, blocks, false);
  const joint = jointReference(spec, predicted, values, labels);
  return {
    layout,
    classes: isClass ? classesOf(predicted) : NONE,
    values: countsOf(bins, edges.length + 2, blocks, true),
    entropy: momentsOf(entropy, blocks),
    confidence: momentsOf(isClass ? Float64Array.from(values) : new Float64Array(rows), blocks),
    labels: isClass ? classesOf(labels) : NONE,
    score: momentsOf(score, blocks),
    ...(mostError === undefined ? {} : { mostError }),
    calibrationError: isClass ? calibrationError(values, score) : 0,
    ...(joint ? { joint } : {}),
    ...(estimates ? { performance: performanceReference(spec, data, outputs, predicted, blocks) } : {}),
  };
}

const NONE = { counts: [], dispersion: 1 };

/**
 * The same of several outputs: each has its own bins, and the score is the square of the distance
 * of the whole answer from the truth.
 */
function severalOutputs(
  spec: ModelSpec,
  data: LabelledRows,
  outputs: Float32Array,
  blocks: readonly Block[],
): OutputReference {
  const { rows } = data;
  const { measures, distances } = measureOutputs(spec, data, outputs, OUTPUT_BINS);
  const layout: OutputLayout = {
    id: contentHash([spec.task, spec.classes, measures]),
    task: spec.task,
    classes: 0,
    edges: [],
    calibration: [],
    outputs: measures,
  };
  const mostError = mostErrorOf(distances.map((distance) => distance ** 2));
  const nothing = momentsOf(new Float64Array(rows), blocks);
  return {
    layout,
    classes: NONE,
    values: NONE,
    outputs: measures.map(({ edges }, i) => {
      const bounded = Float32Array.from(edges);
      const bins = Int32Array.from({ length: rows }, (_, row) => {
        const value = outputs[row * measures.length + i] ?? Number.NaN;
        return Number.isFinite(value) ? edgesBelow(bounded, value) : edges.length + 1;
      });
      return countsOf(bins, edges.length + 2, blocks, true);
    }),
    entropy: nothing,
    confidence: nothing,
    labels: NONE,
    score: momentsOf(
      distances.map((distance) => heldError(distance, 0, mostError)),
      blocks,
    ),
    mostError,
    calibrationError: 0,
  };
}

/** Expected calibration error over ten equal bins of confidence (Guo et al. 2017, eq. 3). */
function calibrationError(confidence: ArrayLike<number>, correct: ArrayLike<number>): number {
  const gaps = new Float64Array(CALIBRATION_BINS);
  for (let i = 0; i < confidence.length; i++) {
    const value = confidence[i] ?? 0;
    const bin = Math.min(CALIBRATION_BINS - 1, Math.max(0, Math.floor(value * CALIBRATION_BINS)));
    gaps[bin] = (gaps[bin] ?? 0) + value - (correct[i] ?? 0);
  }
  return confidence.length === 0 ? 0 : gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / confidence.length;
}
