import { fitIsotonic } from '@driftloop/estimates';
import type { ModelSpec } from '@driftloop/schemas';
import { type AnswerOutput, type LabelledRows, labelsPerRow, outputsOf } from '@driftloop/spec';
import { errorOf, type OutputMeasure } from '../layout/output-measure.ts';
import { quantileEdges } from './edges.ts';

/** What is measured of several outputs, and how far each row's answer is off by it. */
export interface MeasuredOutputs {
  readonly measures: readonly OutputMeasure[];
  /** Distance of each row's answer from its truth, see `distanceOf`. */
  readonly distances: Float64Array;
}

/**
 * Measures several outputs on rows with truth. What a score stands for is learnt from the truths;
 * so that a row's error is not measured by what was learnt from it, it is learnt twice, each time
 * from every second row, for the others.
 *
 * @param outputs rows × outputs
 * @param bins of each output's values
 */
export function measureOutputs(
  spec: ModelSpec,
  data: LabelledRows,
  outputs: Float32Array,
  bins: number,
): MeasuredOutputs {
  const { rows } = data;
  const wanted = outputsOf(spec);
  const perRow = labelsPerRow(data);
  const sums = new Float64Array(rows);
  const measures = wanted.map((output, i): OutputMeasure => {
    const answers = Float32Array.from({ length: rows }, (_, row) => outputs[row * wanted.length + i] ?? 0);
    const truths = Float32Array.from(
      { length: rows },
      (_, row) => data.labels[row * perRow + output.target] ?? 0,
    );
    const edges = quantileEdges(answers.filter(Number.isFinite).sort(), { bins });
    const measured = measureOf(output, answers, truths, edges, 'all');
    const halves = [1, 0].map((half) => measureOf(output, answers, truths, edges, half));
    for (let row = 0; row < rows; row++)
      sums[row] =
        (sums[row] ?? 0) + errorOf(halves[row % 2] ?? measured, answers[row] ?? 0, truths[row] ?? 0);
    return measured;
  });
  return { measures, distances: sums.map((sum) => Math.sqrt(sum / wanted.length)) };
}

/** @param half the rows that a score's meaning is learnt from: those of this parity */
function measureOf(
  output: AnswerOutput,
  answers: Float32Array,
  truths: Float32Array,
  edges: readonly number[],
  half: number | 'all',
): OutputMeasure {
  const common = { ...output, edges, scale: spreadOf(truths) };
  if (output.role !== 'score') return common;
  const taken = [...answers.keys()].filter((row) => half === 'all' || row % 2 === half);
  const rows = taken.length > 0 ? taken : [...answers.keys()];
  const expected = fitIsotonic(
    rows.map((row) => answers[row] ?? 0),
    rows.map((row) => truths[row] ?? 0),
  );
  return { ...common, expected };
}

/** Standard deviation; of truths that are all the same their size, 1 where all are 0. */
function spreadOf(truths: Float32Array): number {
  const origin = truths[0] ?? 0;
  const mean = truths.reduce((sum, truth) => sum + (truth - origin), 0) / Math.max(1, truths.length);
  const squares = truths.reduce((sum, truth) => sum + (truth - origin - mean) ** 2, 0);
  return Math.sqrt(squares / Math.max(1, truths.length)) || Math.abs(origin) || 1;
}
