import { selectRows } from '@driftloop/continual';
import type { LabelledRows } from '@driftloop/schemas';
import type { DigitsVectors } from './vectors.ts';

/** Tasks that come one after another, each with rows to learn from and rows to be examined on. */
export interface Scenario {
  readonly name: 'A' | 'B' | 'permuted';
  readonly title: string;
  readonly tasks: readonly { readonly train: LabelledRows; readonly test: LabelledRows }[];
  readonly learningRate: number;
  readonly epochs: number;
  readonly batchSize: number;
}

/** The three sequences of cl_digits.json. */
export function createScenarios(vectors: DigitsVectors, digits: LabelledRows): Scenario[] {
  const { configs, permuted } = vectors;
  const classes = classTasks(vectors, digits);
  return [
    { name: 'A', title: 'split digits, class-incremental, A', tasks: classes, ...settingsOf(configs.A) },
    { name: 'B', title: 'split digits, class-incremental, B', tasks: classes, ...settingsOf(configs.B) },
    {
      name: 'permuted',
      title: 'permuted pixels',
      tasks: permutedTasks(vectors, digits),
      ...settingsOf(permuted),
    },
  ];
}

function settingsOf({ hyper }: DigitsVectors['permuted'] | DigitsVectors['configs']['A']) {
  return { learningRate: hyper.lr, epochs: hyper.epochs_per_task, batchSize: hyper.batch };
}

function classTasks({ tasks, train_idx, test_idx }: DigitsVectors, digits: LabelledRows) {
  return tasks.map((classes, task) => {
    const ofTask = (indices: readonly number[]) =>
      selectRows(
        digits,
        indices.filter((row) => classes.includes(digits.labels[row]!)),
      );
    return { train: inTask(ofTask(train_idx), task), test: ofTask(test_idx) };
  });
}

function permutedTasks({ permuted, train_idx, test_idx }: DigitsVectors, digits: LabelledRows) {
  return permuted.permutations.map((order, task) => ({
    train: inTask(permute(selectRows(digits, train_idx), order), task),
    test: permute(selectRows(digits, test_idx), order),
  }));
}

function permute(rows: LabelledRows, order: readonly number[]): LabelledRows {
  const features = rows.features.map((_, i) => {
    const row = Math.floor(i / rows.width);
    return rows.features[row * rows.width + order[i % rows.width]!]!;
  });
  return { ...rows, features };
}

/** Every row of a task is newer than all rows of the tasks before. */
function inTask(rows: LabelledRows, task: number): LabelledRows {
  return { ...rows, eventTimes: Float64Array.from({ length: rows.rows }, (_, row) => task * 1e6 + row) };
}
