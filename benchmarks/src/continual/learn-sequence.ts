import { createMlp, type Engine, emptyMemory, predict, type Settings, train } from '@driftloop/continual';
import type { LabelledRows } from '@driftloop/schemas';
import type { Scenario } from './scenario.ts';

/** A strategy with its settings and the rows that it may remember. */
export interface Contender {
  readonly strategy: string;
  readonly settings?: Settings;
  readonly memoryRows: number;
}

/** How a strategy came through a sequence of tasks. */
export interface SequenceResult {
  /** accuracies[i][j]: on task j after training task i. */
  readonly accuracies: readonly (readonly number[])[];
  /** Mean accuracy over all tasks after the last. */
  readonly finalAccuracy: number;
  /** Mean over all tasks but the last of (best earlier accuracy - final accuracy). */
  readonly forgetting: number;
  /** Mean over all tasks but the last of (final accuracy - accuracy right after its training). */
  readonly backwardTransfer: number;
  /** Mean over all tasks but the first of the accuracy before its training. */
  readonly forwardTransfer: number;
  readonly seconds: number;
}

const CLASSES = 10;

/** Trains one model on the tasks of a scenario, one after another, and examines it on all of them after each. */
export async function learnSequence(
  engine: Engine,
  scenario: Scenario,
  contender: Contender,
  seed: number,
): Promise<SequenceResult> {
  const startedAt = performance.now();
  let model = createMlp({
    inputs: 64,
    hidden: [256],
    task: 'multiclass',
    classes: CLASSES,
    initialisation: 'torch',
    seed,
  });
  let memory = emptyMemory(64, contender.memoryRows);
  const features = Array.from({ length: 64 }, (_, i) => ({
    name: `pixel${i}`,
    kind: 'numeric' as const,
    allowMissing: false,
  }));
  const accuracies: number[][] = [];
  for (const [position, { train: data }] of scenario.tasks.entries()) {
    const trained = await train({
      engine,
      model,
      spec: { task: 'multiclass', classes: CLASSES, features },
      data,
      memory,
      strategy: contender.strategy,
      ...(contender.settings ? { settings: contender.settings } : {}),
      recipe: {
        epochs: scenario.epochs,
        batchSize: scenario.batchSize,
        learningRate: scenario.learningRate,
        schedule: 'constant',
        optimizer: { kind: 'sgd' },
        start: 'go on',
        halfLifeRows: 0,
        heldBackShare: 0,
      },
      budget: { maxSeconds: Number.POSITIVE_INFINITY, maxSteps: Number.MAX_SAFE_INTEGER },
      seed: seed * 100 + position,
      now: () => performance.now(),
    });
    ({ model, memory } = trained);
    const examined: number[] = [];
    for (const { test } of scenario.tasks) examined.push(await accuracyOn(engine, model, test));
    accuracies.push(examined);
  }
  return { ...summarise(accuracies), seconds: (performance.now() - startedAt) / 1000 };
}

async function accuracyOn(engine: Engine, model: Uint8Array, test: LabelledRows): Promise<number> {
  const { outputs } = await predict(engine, model, test.features, test.width);
  let right = 0;
  for (let row = 0; row < test.rows; row++) {
    let best = 0;
    for (let k = 1; k < CLASSES; k++)
      if (outputs[row * CLASSES + k]! > outputs[row * CLASSES + best]!) best = k;
    if (best === test.labels[row]) right++;
  }
  return right / test.rows;
}

function summarise(accuracies: readonly (readonly number[])[]): Omit<SequenceResult, 'seconds'> {
  const tasks = accuracies.length;
  const final = accuracies.at(-1) ?? [];
  const earlier = Array.from({ length: tasks - 1 }, (_, task) => task);
  const bestBefore = (task: number) => Math.max(...accuracies.slice(0, -1).map((row) => row[task]!));
  return {
    accuracies,
    finalAccuracy: mean(final),
    forgetting: mean(earlier.map((task) => bestBefore(task) - final[task]!)),
    backwardTransfer: mean(earlier.map((task) => final[task]! - accuracies[task]![task]!)),
    forwardTransfer: mean(earlier.map((task) => accuracies[task]![task + 1]!)),
  };
}

/** Arithmetic mean. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
