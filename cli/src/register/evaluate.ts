import { type Engine, predict } from '@driftloop/continual';
import { DriftloopError } from '@driftloop/errors';
import type { ModelSpec, ModelTask } from '@driftloop/schemas';
import { type LabelledRows, predictedOf, textColumnsOf } from '@driftloop/spec';
import { qualityText } from './quality.ts';

/** How a model does on rows that it has not seen. */
export interface Evaluation {
  readonly rows: number;
  /** Share of right answers of a classification. */
  readonly accuracy?: number;
  /** Mean squared error of a regression. */
  readonly squaredError?: number;
}

/**
 * Measures a model on labelled rows.
 *
 * @throws DriftloopError DATA_INVALID when no row has a label, MODEL_INVALID when the file cannot
 *   be run
 */
export async function evaluate(
  engine: Engine,
  { onnx, spec, data }: { readonly onnx: Uint8Array; readonly spec: ModelSpec; readonly data: LabelledRows },
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
  const answers = predictedOf(outputs, rows, outputWidth, spec.task);
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const [answer, label] = [answers[row] as number, labels[row] as number];
    sum += spec.task === 'regression' ? (answer - label) ** 2 : Number(answer === label);
  }
  return spec.task === 'regression' ? { rows, squaredError: sum / rows } : { rows, accuracy: sum / rows };
}

/** The same for people. */
export function evaluationText(path: string, task: ModelTask, { rows, ...metrics }: Evaluation): string {
  return `On the ${rows.toLocaleString('en-US')} labelled rows of ${path}: ${qualityText(task, metrics)}.`;
}
