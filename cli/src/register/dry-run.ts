import type { TensorShape } from '@driftloop/registry';
import type { ModelTask } from '@driftloop/schemas';
import type { Admitted } from './admit.ts';
import { qualityText } from './quality.ts';
import type { TrainingTrial } from './training-trial.ts';

/** What a dry run tells programs: all that is known of an admitted file. */
export function reportDryRun({ onnx, profile, tensors, training, ...run }: Admitted) {
  const common = { ...run, serving: tensors };
  if (!training.possible) return { ...common, trained: [], frozen: [], untrainable: training.reason };
  const { trained, frozen, cost, steps } = training;
  return { ...common, trained, frozen, cost, training: steps };
}

/** The same for people, line by line. */
export function describeDryRun(run: Admitted, task: ModelTask): string[] {
  const operators = Object.entries(run.operators).map(([name, count]) =>
    count > 1 ? `${name} ×${count}` : name,
  );
  const { input, output } = run.tensors;
  return [
    `made by    ${run.producer || 'unknown'}`,
    `operators  ${operators.join(', ') || 'none'}`,
    ...run.changes.map((change) => `import     ${change}`),
    ...(run.classes ? [`classes    ${run.classes.map((label, i) => `${label} → ${i}`).join(', ')}`] : []),
    `serving    possible: ${tensorText(input)} → ${tensorText(output)}; ${qualityText(task, run.metrics)} on the newest rows`,
    ...trainingLines(run.training),
  ];
}

function tensorText({ name, shape }: TensorShape): string {
  // The first dimension varies and has whatever name the file gives it.
  return `${name} [${['rows', ...shape.slice(1)].join(', ')}]`;
}

function trainingLines(training: TrainingTrial): string[] {
  if (!training.possible) return [`training   not possible: ${training.reason}`];
  const { trained, frozen, cost, steps } = training;
  return [
    `trained    ${trained.map(({ name, dims }) => `${name} [${dims}]`).join(', ')}`,
    ...(frozen.length > 0 ? [`frozen     ${frozen.join(', ')}`] : []),
    `cost       ${cost.trainedValues} values, ${kilo(cost.stateBytes)}B with the optimizer's state; per row ${kilo(cost.flopsPerRow)}FLOP to train, ` +
      `${kilo(cost.servingFlopsPerRow)}FLOP to serve, ${kilo(cost.bytesPerRow)}B; a step takes ${cost.stepMegabytes.toFixed(1)} MB`,
    `dry run    ${steps.steps} steps: loss ${steps.lossBefore.toFixed(4)} → ${steps.lossAfter.toFixed(4)}, ${steps.msPerStep.toFixed(2)} ms each`,
  ];
}

function kilo(value: number): string {
  if (value < 1000) return `${value.toFixed(0)} `;
  return value < 1e6 ? `${(value / 1000).toFixed(1)} k` : `${(value / 1e6).toFixed(1)} M`;
}
