import {
  createStepRunner,
  type ImportedModel,
  type TrainingOptions,
  trainingCost,
} from '@driftloop/autodiff';
import { type Engine, lossOf } from '@driftloop/continual';
import { DriftloopError } from '@driftloop/errors';
import { describeModel } from '@driftloop/onnx';
import { modelInterfaceOf } from '@driftloop/registry';
import type { LabelledRows, ModelSpec } from '@driftloop/schemas';

/** What is known of a given model before it is registered. */
export interface DryRun {
  readonly producer: string;
  /** What the import changed, for people. */
  readonly changes: readonly string[];
  /** Classes that the file names, by output. */
  readonly classes?: readonly (string | number)[];
  readonly operators: Readonly<Record<string, number>>;
  readonly trained: readonly { readonly name: string; readonly dims: readonly number[] }[];
  /** Weights that stay as they are because an operator without a gradient follows them. */
  readonly frozen: readonly string[];
  /** Set when the model can be served but not trained, and says why. */
  readonly untrainable?: string;
  readonly cost?: {
    readonly trainedValues: number;
    readonly stateBytes: number;
    readonly bytesPerRow: number;
    readonly flopsPerRow: number;
    readonly servingFlopsPerRow: number;
    readonly stepMegabytes: number;
  };
  /** A few steps on the given rows; nothing of them is kept. */
  readonly training?: {
    readonly steps: number;
    readonly lossBefore: number;
    readonly lossAfter: number;
    readonly msPerStep: number;
  };
}

const STEPS = 20;
const BATCH = 256;

/**
 * Says what is trainable in an imported model and what that costs, and takes a few steps on the rows to see that it works.
 *
 * @throws DriftloopError as the import, MODEL_INVALID when the file does not fit the spec, DATA_INVALID when the rows do not
 */
export async function dryRun(
  engine: Engine,
  { model, changes, classes }: ImportedModel,
  spec: ModelSpec,
  data: LabelledRows,
): Promise<DryRun> {
  modelInterfaceOf(model, spec);
  const { producer, operators } = describeModel(model);
  const common = { producer, changes, operators, ...(classes ? { classes } : {}) };
  const training: TrainingOptions = {
    loss: lossOf(model, spec.task),
    optimizer: { kind: 'adamw' },
  };
  const rows = Math.min(BATCH, data.rows);
  try {
    const { peakBytes, ...cost } = trainingCost(model, training);
    const runner = await createStepRunner({ engine, model, ...training });
    try {
      const batch = {
        rows,
        features: data.features.subarray(0, rows * data.width),
        labels: data.labels.subarray(0, rows),
      };
      const lossBefore = (await runner.gradients(batch)).loss;
      const start = performance.now();
      for (let step = 0; step < STEPS; step++) await runner.run(batch, 1e-3);
      const msPerStep = (performance.now() - start) / STEPS;
      const lossAfter = (await runner.gradients(batch)).loss;
      return {
        ...common,
        trained: runner.parameters.map(({ name, dims }) => ({ name, dims })),
        frozen: runner.frozen,
        cost: { ...cost, stepMegabytes: peakBytes(rows) / 2 ** 20 },
        training: { steps: STEPS, lossBefore, lossAfter, msPerStep },
      };
    } finally {
      await runner.release();
    }
  } catch (error) {
    const isModel =
      error instanceof DriftloopError && ['OPERATOR_UNSUPPORTED', 'MODEL_INVALID'].includes(error.code);
    if (!isModel) throw error;
    return { ...common, trained: [], frozen: [], untrainable: error.message };
  }
}

/** The same for people, line by line. */
export function describeDryRun(run: DryRun): string[] {
  const operators = Object.entries(run.operators).map(([name, count]) =>
    count > 1 ? `${name} ×${count}` : name,
  );
  const lines = [
    `made by    ${run.producer || 'unknown'}`,
    `operators  ${operators.join(', ')}`,
    ...run.changes.map((change) => `import     ${change}`),
    ...(run.classes ? [`classes    ${run.classes.map((label, i) => `${label} → ${i}`).join(', ')}`] : []),
  ];
  if (run.untrainable !== undefined)
    return [...lines, `training   not possible: ${run.untrainable}`, 'serving    possible'];
  lines.push(`trained    ${run.trained.map(({ name, dims }) => `${name} [${dims}]`).join(', ')}`);
  if (run.frozen.length > 0) lines.push(`frozen     ${run.frozen.join(', ')}`);
  if (run.cost) {
    const { trainedValues, stateBytes, bytesPerRow, flopsPerRow, servingFlopsPerRow, stepMegabytes } =
      run.cost;
    lines.push(
      `cost       ${trainedValues} values, ${kilo(stateBytes)}B with the optimizer's state; per row ${kilo(flopsPerRow)}FLOP to train, ` +
        `${kilo(servingFlopsPerRow)}FLOP to serve, ${kilo(bytesPerRow)}B; a step takes ${stepMegabytes.toFixed(1)} MB`,
    );
  }
  if (run.training) {
    const { steps, lossBefore, lossAfter, msPerStep } = run.training;
    lines.push(
      `dry run    ${steps} steps: loss ${lossBefore.toFixed(4)} → ${lossAfter.toFixed(4)}, ${msPerStep.toFixed(2)} ms each`,
    );
  }
  return lines;
}

function kilo(value: number): string {
  if (value < 1000) return `${value.toFixed(0)} `;
  return value < 1e6 ? `${(value / 1000).toFixed(1)} k` : `${(value / 1e6).toFixed(1)} M`;
}
