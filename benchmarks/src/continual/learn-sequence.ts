import { createMlp, type Engine, emptyMemory, encodeMemory, train } from '@driftloop/continual';
import type { LabelledRows } from '@driftloop/spec';
import { mean } from '../harness/mean.ts';
import { blocksOf } from './blocks.ts';
import type { Contender } from './contenders.ts';
import { accuracyOn } from './examine.ts';
import { recoveryRows } from './recovery.ts';
import type { Scenario } from './scenario.ts';

/** How a strategy came through a sequence of tasks. */
export interface SequenceResult {
  /** Mean accuracy over all tasks after the last. */
  readonly accuracy: number;
  /** Mean over all tasks but the last of (best earlier accuracy - final accuracy). */
  readonly forgetting: number;
  /** Mean over all tasks but the last of (final accuracy - accuracy right after its training). */
  readonly backwardTransfer: number;
  /** Mean over all tasks but the first of the accuracy before its training. */
  readonly forwardTransfer: number;
  /** Share of rows that were answered rightly before they were learnt; streams only. */
  readonly prequential?: number;
  /** Accuracy over the tasks learnt so far, after each of them. */
  readonly curve: readonly number[];
  /** Prequential accuracy of each block after the first; empty where rows come in no blocks. */
  readonly blocks: readonly number[];
  /** Rows until accuracy is back after a dip; streams that dipped only. */
  readonly recoveryRows?: number;
  /** Largest encoded memory. */
  readonly memoryBytes: number;
  readonly seconds: number;
}

/**
 * Trains one model on the tasks of a scenario, one after another, and examines it on all of them
 * after each.
 */
export async function learnSequence(
  engine: Engine,
  scenario: Scenario,
  contender: Contender,
  seed: number,
): Promise<SequenceResult> {
  const startedAt = performance.now();
  const { spec, tasks } = scenario;
  const width = spec.features.length;
  let model = createMlp({
    inputs: width,
    hidden: scenario.hidden,
    task: spec.task,
    classes: spec.classes,
    initialisation: 'torch',
    seed,
  });
  let memory = emptyMemory(width, contender.memoryRows);
  let memoryBytes = 0;
  let runs = 0;
  const learn = async (data: LabelledRows) => {
    const { learningRate, epochs, batchSize } = scenario;
    const trained = await train({
      engine,
      model,
      spec,
      data,
      memory,
      strategy: contender.strategy,
      ...(contender.settings ? { settings: contender.settings } : {}),
      recipe: {
        epochs,
        batchSize,
        learningRate,
        schedule: 'constant',
        optimizer: { kind: 'sgd' },
        start: 'go on',
        halfLifeRows: 0,
        heldBackShare: 0,
      },
      budget: { maxSeconds: Number.POSITIVE_INFINITY, maxSteps: Number.MAX_SAFE_INTEGER },
      seed: seed * 100 + runs++,
      now: () => performance.now(),
    });
    ({ model, memory } = trained);
    memoryBytes = Math.max(memoryBytes, encodeMemory(memory).byteLength);
  };
  const accuracies: number[][] = [];
  const answered: number[] = [];
  for (const { train: data } of tasks) {
    for (const block of blocksOf(data, scenario.blockRows)) {
      // Nothing has been learnt before the first block: its answers would say nothing.
      if (scenario.blockRows && runs > 0) answered.push(await accuracyOn(engine, model, { test: block }));
      await learn(block);
    }
    const examined: number[] = [];
    for (const task of tasks) examined.push(await accuracyOn(engine, model, task));
    accuracies.push(examined);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const recovery = recoveryRows(answered, scenario.blockRows ?? 0);
  return {
    ...summarise(accuracies),
    curve: accuracies.map((examined, task) => mean(examined.slice(0, task + 1))),
    blocks: answered,
    ...(answered.length > 0 ? { prequential: mean(answered) } : {}),
    ...(recovery === undefined ? {} : { recoveryRows: recovery }),
    memoryBytes,
    seconds,
  };
}

function summarise(
  accuracies: readonly (readonly number[])[],
): Pick<SequenceResult, 'accuracy' | 'forgetting' | 'backwardTransfer' | 'forwardTransfer'> {
  const tasks = accuracies.length;
  const final = accuracies.at(-1) ?? [];
  const earlier = Array.from({ length: tasks - 1 }, (_, task) => task);
  const bestBefore = (task: number) => Math.max(...accuracies.slice(0, -1).map((row) => row[task]!));
  return {
    accuracy: mean(final),
    forgetting: mean(earlier.map((task) => bestBefore(task) - final[task]!)),
    backwardTransfer: mean(earlier.map((task) => final[task]! - accuracies[task]![task]!)),
    forwardTransfer: mean(earlier.map((task) => accuracies[task]![task + 1]!)),
  };
}
