import { agrawal, type Concept, createStream, randomRbf, sea } from '@driftloop/detectors/generators';
import { type LabelledRows, selectRows, sliceRows } from '@driftloop/spec';
import { readKnownStream } from '../loop/stream.ts';
import { inTask, type Scenario, specOf, type Task } from './scenario.ts';

const ROWS = 2000;
const TEST_ROWS = 500;
const ELEC_TASKS = 4;

const TRAINING = { hidden: [32], learningRate: 0.1, epochs: 5, batchSize: 32 };

/**
 * Streams whose concept changes abruptly three times, and Elec2; rows are answered in blocks before
 * they are learnt.
 */
export async function streamScenarios(): Promise<Scenario[]> {
  return [
    synthetic(
      'sea',
      'SEA, thresholds 8, 9, 7, 9.5',
      [0, 1, 2, 3].map((variant) => sea(variant)),
    ),
    synthetic(
      'rbf',
      'random RBF, four sets of 20 centroids',
      [1, 2, 3, 4].map((seed) => randomRbf(seed, { centroids: 20 })),
    ),
    synthetic(
      'agrawal',
      'Agrawal, functions 0, 2, 6, 4',
      [0, 2, 6, 4].map((variant) => agrawal(variant)),
    ),
    await elec(),
  ];
}

function synthetic(name: string, title: string, concepts: readonly Concept[]): Scenario {
  const draws = concepts.map((concept, task) => ({
    train: draw(concept, `${name} ${task}`, ROWS),
    test: draw(concept, `${name} ${task} test`, TEST_ROWS),
  }));
  return streamOf(name, title, 250, draws);
}

/**
 * The stream in four stretches of time; every tenth row is left out of training and examined on.
 */
async function elec(): Promise<Scenario> {
  const { data } = await readKnownStream('elec');
  const length = Math.floor(data.rows / ELEC_TASKS);
  const tasks = Array.from({ length: ELEC_TASKS }, (_, task) => {
    const rows = sliceRows(data, task * length, (task + 1) * length);
    const positions = Array.from({ length }, (_, row) => row);
    return {
      train: selectRows(
        rows,
        positions.filter((row) => row % 10 !== 0),
      ),
      test: selectRows(
        rows,
        positions.filter((row) => row % 10 === 0),
      ),
    };
  });
  return { ...streamOf('elec', 'Elec2 in four stretches', 2000, tasks), epochs: 2 };
}

function streamOf(name: string, title: string, blockRows: number, tasks: readonly Task[]): Scenario {
  const { width } = tasks[0]!.train;
  const scaled = standardised(tasks);
  return { name, title, protocol: name, spec: specOf(width, 2), tasks: scaled, blockRows, ...TRAINING };
}

/**
 * Features in standard deviations of the first task's rows: what comes later may not be looked at.
 */
function standardised(tasks: readonly Task[]): Task[] {
  const { features, width, rows } = tasks[0]!.train;
  const mean = new Float64Array(width);
  const square = new Float64Array(width);
  features.forEach((value, i) => {
    mean[i % width]! += value / rows;
    square[i % width]! += value ** 2 / rows;
  });
  const deviation = square.map((value, i) => Math.sqrt(Math.max(1e-12, value - mean[i]! ** 2)));
  const scale = (data: LabelledRows) => ({
    ...data,
    features: data.features.map((value, i) => (value - mean[i % width]!) / deviation[i % width]!),
  });
  return tasks.map(({ train, test }, task) => ({ train: inTask(scale(train), task), test: scale(test) }));
}

function draw(concept: Concept, seed: string, rows: number): LabelledRows {
  const { features, labels } = createStream({ concepts: [concept], seed }).take(rows);
  const weights = new Float32Array(rows).fill(1);
  return { rows, width: concept.width, features, labels, weights, eventTimes: new Float64Array(rows) };
}
