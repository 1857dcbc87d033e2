import { createStepRunner, type Engine } from '@driftloop/autodiff';
import { hasClasses, type LabelledRows, sliceRows } from '@driftloop/spec';
import type { TaskSpec } from '../data/check-rows.ts';
import { lossOf } from '../train/loss-of.ts';
import type { Check } from './check.ts';
import type { GateSettings } from './settings.ts';

/** Rows that are compared. */
const ROWS = 256;

/**
 * Whether what is served equals what was trained: the training graph's forward pass against the
 * ONNX file's outputs.
 *
 * @param data at least one row
 */
export async function checkParity(
  engine: Engine,
  candidate: Uint8Array,
  data: LabelledRows,
  served: Float32Array,
  task: TaskSpec['task'],
  settings: GateSettings,
): Promise<Check> {
  const rows = sliceRows(data, 0, Math.min(ROWS, data.rows));
  const runner = await createStepRunner({
    engine,
    model: candidate,
    loss: lossOf(candidate, task),
    optimizer: { kind: 'sgd' },
  });
  try {
    const logits = await runner.logits(rows.features, rows.rows);
    const difference = largestDifference(logits, runner.outputWidth, served, served.length / data.rows, task);
    const passed = difference <= settings.parityTolerance;
    const text = `its outputs as served differ by ${difference.toPrecision(2)} at most from those in training${passed ? '' : ': too much'}`;
    return { passed, text, metrics: { parityDifference: difference } };
  } finally {
    await runner.release();
  }
}

/**
 * Served outputs of a classifier may be raw (exported logits) or probabilities: the nearer reading
 * counts. Those of a regression are values.
 */
function largestDifference(
  logits: Float32Array,
  width: number,
  served: Float32Array,
  servedWidth: number,
  task: TaskSpec['task'],
): number {
  const rows = logits.length / width;
  const unit = hasClasses(task) ? 1 : largestOf(logits);
  let raw = 0;
  let probabilities = 0;
  for (let row = 0; row < rows; row++) {
    const expected = toProbabilities(logits.subarray(row * width, (row + 1) * width));
    for (let k = 0; k < width; k++) {
      // A single logit is the probability of the second class; it is served alone or beside the
      // first's.
      const at = row * servedWidth + (width === 1 ? servedWidth - 1 : k);
      raw = Math.max(raw, relativeDifference(logits[row * width + k]!, served[at]!, unit));
      probabilities = Math.max(probabilities, Math.abs(expected[k]! - served[at]!));
    }
  }
  return hasClasses(task) ? Math.min(raw, probabilities) : raw;
}

/** Relative to the output, or to the unit where that is larger. */
function relativeDifference(expected: number, actual: number, unit: number): number {
  return Math.abs(expected - actual) / Math.max(unit, Math.abs(expected));
}

/**
 * The largest value that a regression answers: differences are seen beside it, whatever its unit.
 */
function largestOf(values: Float32Array): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest || 1;
}

function toProbabilities(logits: Float32Array): Float64Array {
  if (logits.length === 1) return Float64Array.of(1 / (1 + Math.exp(-logits[0]!)));
  const largest = Math.max(...logits);
  const exponentials = Float64Array.from(logits, (logit) => Math.exp(logit - largest));
  let sum = 0;
  for (const value of exponentials) sum += value;
  return exponentials.map((value) => value / sum);
}
