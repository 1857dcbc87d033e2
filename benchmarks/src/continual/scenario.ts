import type { TaskSpec } from '@driftloop/continual';
import { type LabelledRows, selectRows } from '@driftloop/spec';
import type { DigitsVectors, Protocol } from './vectors.ts';

/** Rows to learn from and rows to be examined on. */
export interface Task {
  readonly train: LabelledRows;
  readonly test: LabelledRows;
  /** Classes that an answer is chosen from in the examination. @default all */
  readonly among?: readonly number[];
}

/** Tasks that come one after another. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** Whose hyperparameters and settings count: A, B, permuted, or the scenario's own name. */
  readonly protocol: string;
  readonly spec: TaskSpec;
  readonly hidden: readonly number[];
  readonly tasks: readonly Task[];
  /**
   * Rows that are learnt at once. Where set, the rows of a task come in blocks, and each block is
   * answered before it is learnt (prequential).
   * @default the whole task
   */
  readonly blockRows?: number;
  readonly learningRate: number;
  readonly epochs: number;
  readonly batchSize: number;
  /** What Avalanche reached. */
  readonly peers?: Protocol['summary'];
}

/**
 * The three sequences of cl_digits.json, and the same digits with known tasks and with two classes.
 */
export function digitScenarios(vectors: DigitsVectors, digits: LabelledRows): Scenario[] {
  const { configs, permuted } = vectors;
  const classes = classTasks(vectors, digits);
  const base = { spec: specOf(digits.width, 10), hidden: [256] };
  const withTasks = classes.map((task, i) => ({ ...task, among: vectors.tasks[i]! }));
  const domains = { ...base, spec: specOf(digits.width, 2), tasks: classes.map(oddOrEven) };
  return [
    { ...base, ...settingsOf('A', configs.A), title: 'split digits, class-incremental, A', tasks: classes },
    { ...base, ...settingsOf('B', configs.B), title: 'split digits, class-incremental, B', tasks: classes },
    {
      ...base,
      ...settingsOf('permuted', permuted),
      title: 'permuted pixels',
      tasks: permutedTasks(vectors, digits),
    },
    {
      ...base,
      ...settingsOf('A', configs.A),
      name: 'task',
      title: 'split digits, task-incremental',
      tasks: withTasks,
      peers: {},
    },
    {
      ...domains,
      ...settingsOf('A', configs.A),
      name: 'domain',
      title: 'split digits, domain-incremental (odd or even)',
      peers: {},
    },
  ];
}

/** A spec with numeric features. */
export function specOf(width: number, classes: number): TaskSpec {
  const features = Array.from({ length: width }, (_, i) => ({
    name: `x${i}`,
    kind: 'numeric' as const,
    allowMissing: false,
  }));
  return { task: 'multiclass', classes, features };
}

function settingsOf(name: string, { hyper, summary }: Protocol) {
  return {
    name,
    protocol: name,
    learningRate: hyper.lr,
    epochs: hyper.epochs_per_task,
    batchSize: hyper.batch,
    peers: summary,
  };
}

function classTasks({ tasks, train_idx, test_idx }: DigitsVectors, digits: LabelledRows): Task[] {
  return tasks.map((classes, task) => {
    const ofTask = (indices: readonly number[]) =>
      selectRows(
        digits,
        indices.filter((row) => classes.includes(digits.labels[row]!)),
      );
    return { train: inTask(ofTask(train_idx), task), test: ofTask(test_idx) };
  });
}

function oddOrEven({ train, test }: Task): Task {
  const relabelled = (rows: LabelledRows) => ({ ...rows, labels: rows.labels.map((label) => label % 2) });
  return { train: relabelled(train), test: relabelled(test) };
}

function permutedTasks({ permuted, train_idx, test_idx }: DigitsVectors, digits: LabelledRows): Task[] {
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
export function inTask(rows: LabelledRows, task: number): LabelledRows {
  return { ...rows, eventTimes: Float64Array.from({ length: rows.rows }, (_, row) => task * 1e6 + row) };
}
