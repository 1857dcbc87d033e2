import { calibrate, type IsotonicKnots } from '@driftloop/estimates';
import { type AnswerOutput, outputError } from '@driftloop/spec';

/** How one of several outputs of a version is counted, and its distance from the truth measured. */
export interface OutputMeasure extends AnswerOutput {
  /** Edges for its values. */
  readonly edges: readonly number[];
  /** Spread of its target in the reference, above 0: the unit of its error. */
  readonly scale: number;
  /** Of a score: the truth that is expected for it. */
  readonly expected?: IsotonicKnots;
}

/**
 * How far an answer of several outputs lies from the truth, without a unit: the square root of the
 * mean of their errors, each in the unit of its target's spread (a label's is 0 or 1). Its square
 * is what a regression's squared error is for one value, so that tests treat both alike.
 *
 * @param truths of the targets
 * @param offset where the answer begins in `outputs`
 */
export function distanceOf(
  measures: readonly OutputMeasure[],
  outputs: ArrayLike<number>,
  truths: ArrayLike<number>,
  offset = 0,
): number {
  let sum = 0;
  for (let i = 0; i < measures.length; i++) {
    const measure = measures[i] as OutputMeasure;
    sum += errorOf(measure, outputs[offset + i] ?? Number.NaN, truths[measure.target] ?? Number.NaN);
  }
  return Math.sqrt(sum / measures.length);
}

/** Error of one output in the unit of its target's spread. */
export function errorOf(measure: OutputMeasure, answered: number, truth: number): number {
  const { role, scale, expected } = measure;
  // A score says only which truth is to be expected.
  const value = expected === undefined || expected.x.length === 0 ? answered : calibrate(expected, answered);
  return outputError(measure, value, truth) / unitOf(role, scale);
}

function unitOf(role: OutputMeasure['role'], scale: number): number {
  if (role === 'label') return 1;
  return role === 'quantile' ? scale : scale * scale;
}
