import { allocateRows, type LabelledRows } from '@driftloop/spec';
import { createRandom } from '@driftloop/stats';
import {
  createLinear,
  emptyMemory,
  predict,
  type Settings,
  type TrainResult,
  train,
} from '../../src/index.ts';
import { engine, specOf } from '../fixtures.ts';

export type Task = 'binary' | 'regression';

export const EPOCHS = 12;
export const BATCH = 16;
/** Rows of a run. */
export const ROWS = 400;

/**
 * How large what is to be learnt is in the second task's rows, and how large what speaks against
 * the first.
 */
const SECOND = 0.5;
const AGAINST = -0.5;
/** Share of labels that are wrong, or the standard deviation of values. */
const NOISE = 0.1;

/**
 * Two tasks that one model can do, and that naive training cannot keep: the first is told by
 * feature 0, the second by feature 1, and in the second's rows feature 0 says the opposite of the
 * truth. Who learns the second without regard for the first turns feature 0's weight round; a
 * weight of feature 1 that is large enough does both.
 *
 * @param noise Share of wrong labels; of values their standard deviation.
 */
export function rowsOfTask(
  which: 0 | 1,
  rows: number,
  seed: number,
  task: Task,
  noise = NOISE,
): LabelledRows {
  const random = createRandom(`${which} ${seed}`);
  const data = allocateRows(rows, 2);
  for (let row = 0; row < rows; row++) {
    const truth = (random.integer(2) === 1 ? 1 : -1) * (0.8 + 0.4 * random.uniform());
    const small = () => 0.1 * random.normal();
    data.features.set(which === 0 ? [truth, small()] : [AGAINST * truth + small(), SECOND * truth], 2 * row);
    if (task === 'regression') data.labels[row] = truth + noise * random.normal();
    else data.labels[row] = Number(truth > 0 !== random.uniform() < noise);
    data.eventTimes[row] = 1e6 * which + row;
  }
  return data;
}

/** How a model does on each task: share right, or share of the variance explained. */
export interface Done {
  readonly first: number;
  readonly second: number;
}

export async function doneBy(model: Uint8Array, seed: number, task: Task): Promise<Done> {
  const scoreOn = async (which: 0 | 1) => {
    const data = rowsOfTask(which, 500, seed + 1000, task, 0);
    const { outputs } = await predict(engine, model, data.features, 2);
    let wrong = 0;
    for (const [row, label] of data.labels.entries()) {
      // Truths lie around -1 and 1, so the variance is about 1.
      if (task === 'regression') wrong += (outputs[row]! - label) ** 2;
      else wrong += Number(Number(outputs[2 * row + 1]! > 0.5) !== label);
    }
    return 1 - wrong / data.rows;
  };
  return { first: await scoreOn(0), second: await scoreOn(1) };
}

export interface Learning {
  readonly strategy: string;
  readonly settings?: Settings;
  readonly task?: Task;
  /** Rows that are remembered at most. @default 60 */
  readonly capacity?: number;
  /** What is trained first. @default a linear model */
  readonly model?: Uint8Array;
  readonly seed: number;
}

function linear({ task = 'binary', seed }: Learning): Uint8Array {
  return createLinear({ inputs: 2, task, classes: task === 'binary' ? 2 : 0, seed });
}

/** One run of gradient descent that goes on from the given model. */
export function learn(
  learning: Learning,
  from: Pick<TrainResult, 'model' | 'memory'>,
  data: LabelledRows,
  steps = 10_000,
): Promise<TrainResult> {
  const { strategy, settings = {}, task = 'binary', seed } = learning;
  return train({
    engine,
    model: from.model,
    memory: from.memory,
    spec: specOf(task, task === 'binary' ? 2 : 0, 2),
    data,
    strategy,
    settings,
    budget: { maxSeconds: Number.POSITIVE_INFINITY, maxSteps: steps },
    seed,
    now: () => 0,
    // Nothing is drawn or scaled anew: whatever is forgotten, naive training forgets it by its
    // steps.
    recipe: {
      epochs: EPOCHS,
      batchSize: BATCH,
      // A value's loss is steeper than a class's.
      learningRate: task === 'binary' ? 0.2 : 0.1,
      schedule: 'constant',
      optimizer: { kind: 'sgd' },
      halfLifeRows: 0,
      start: 'go on',
    },
  });
}

/** Learns the first task, then the second; what each run ended with. */
export async function learnBoth(learning: Learning): Promise<[first: TrainResult, second: TrainResult]> {
  const { task = 'binary', capacity = 60, model = linear(learning), seed } = learning;
  const start = { model, memory: emptyMemory(2, capacity) };
  const first = await learn(learning, start, rowsOfTask(0, ROWS, seed, task));
  return [first, await learn(learning, first, rowsOfTask(1, ROWS, seed, task))];
}
