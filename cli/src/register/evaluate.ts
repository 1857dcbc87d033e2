import { type Engine, predict } from '@driftloop/continual';
import { distanceOf, type OutputMeasure, type ReferenceProfile } from '@driftloop/drift';
import { DriftloopError } from '@driftloop/errors';
import type { ModelSpec, ModelTask } from '@driftloop/schemas';
import { hasClasses, type LabelledRows, labelsPerRow, predictedOf, textColumnsOf } from '@driftloop/spec';
import { qualityText } from './quality.ts';

/** How a model does on rows that it has not seen. */
export interface Evaluation {
  readonly rows: number;
  /** Share of right answers of a classification. */
  readonly accuracy?: number;
  /** Mean squared error of a regression. */
  readonly squaredError?: number;
  /**
   * Mean error of several outputs, in spreads of the reference's labels; of labels the wrong ones.
   */
  readonly error?: number;
}

/**
 * Measures a model on labelled rows.
 *
 * @throws DriftloopError DATA_INVALID when no row has a label, MODEL_INVALID when the file cannot
 *   be run
 */
export async function evaluate(
  engine: Engine,
  {
    onnx,
    spec,
    data,
    profile,
  }: {
    readonly onnx: Uint8Array;
    readonly spec: ModelSpec;
    readonly data: LabelledRows;
    /** Says what errors of several outputs are measured in. */
    readonly profile: ReferenceProfile;
  },
): Promise<Evaluation> {
  const { rows, labels } = data;
  if (rows === 0)
    throw new DriftloopError('DATA_INVALID', 'There are no labelled rows to evaluate on (--evaluate).');
  const { outputs, outputWidth } = await predict(
    engine,
    onnx,
    data.features,
    data.width,
    textColumnsOf(spec.features, data.texts),
  );
  const measures = profile.outputs.layout.outputs;
  if (measures) return { rows, error: errorOf(measures, outputs, data) };
  const answers = predictedOf(outputs, rows, outputWidth, spec.task);
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const [answer, label] = [answers[row] as number, labels[row] as number];
    sum += hasClasses(spec.task) ? Number(answer === label) : (answer - label) ** 2;
  }
  return hasClasses(spec.task) ? { rows, accuracy: sum / rows } : { rows, squaredError: sum / rows };
}

function errorOf(measures: readonly OutputMeasure[], outputs: Float32Array, data: LabelledRows): number {
  const targets = labelsPerRow(data);
  let sum = 0;
  for (let row = 0; row < data.rows; row++) {
    const truths = data.labels.subarray(row * targets, (row + 1) * targets);
    sum += distanceOf(measures, outputs, truths, row * measures.length) ** 2;
  }
  return sum / data.rows;
}

/** The same for people. */
export function evaluationText(path: string, task: ModelTask, { rows, ...metrics }: Evaluation): string {
  return `On the ${rows.toLocaleString('en-US')} labelled rows of ${path}: ${qualityText(task, metrics)}.`;
}
