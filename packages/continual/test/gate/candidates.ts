import assert from 'node:assert/strict';
import { allocateRows, concatRows, type LabelledRows } from '@driftloop/spec';
import { createRandom } from '@driftloop/stats';
import {
  createMlp,
  emptyMemory,
  type GateOptions,
  type GateVerdict,
  gate,
  type ReplayMemory,
  type TrainOptions,
  type TrainResult,
  train,
} from '../../src/index.ts';
import { engine, specOf } from '../fixtures.ts';

export type Task = 'binary' | 'regression';

/** Where rows lie: a model that has seen one of the two places knows nothing of the other. */
export type Place = 'here' | 'there';
const CENTRE: Readonly<Record<Place, number>> = { here: 3, there: -3 };

export interface Rows {
  readonly rows: number;
  readonly seed: number;
  /** @default 'here' */
  readonly place?: Place;
  /**
   * How far the line that parts the classes (along which values rise) is turned, in radians.
   * @default 0
   */
  readonly angle?: number;
  /**
   * How sure the labels are: the log odds of class 1 rise so much per unit of distance from the
   * line.
   * @default 4
   */
  readonly steepness?: number;
  /** Standard deviation of a value's noise. @default 0.3 */
  readonly noise?: number;
}

/**
 * Classes on either side of a line, or values that rise across it; what is above here is below
 * there.
 */
export function rowsOf(task: Task, given: Rows): LabelledRows {
  const { rows, seed, place = 'here', angle = 0, steepness = 4, noise = 0.3 } = given;
  const random = createRandom(`${place} ${seed}`);
  const data = allocateRows(rows, 2);
  const side = place === 'here' ? 1 : -1;
  for (let row = 0; row < rows; row++) {
    const [x, y] = [random.normal(), random.normal()];
    const distance = side * (y * Math.cos(angle) + x * Math.sin(angle));
    data.features.set([CENTRE[place] + x, y], 2 * row);
    const chance = 1 / (1 + Math.exp(-steepness * distance));
    data.labels[row] =
      task === 'regression' ? distance + noise * random.normal() : Number(random.uniform() < chance);
    data.eventTimes[row] = row;
  }
  return data;
}

/** Stretches of a stream, one after another. */
export function streamOf(task: Task, ...stretches: Rows[]): LabelledRows {
  const stream = concatRows(
    stretches.map((stretch) => rowsOf(task, stretch)),
    2,
  );
  return { ...stream, eventTimes: stream.eventTimes.map((_, row) => 1000 + row) };
}

export interface Model {
  readonly task: Task;
  readonly data: LabelledRows;
  /** @default nothing */
  readonly memory?: ReplayMemory;
  /** @default 'naive' */
  readonly strategy?: string;
  /** @default [16] */
  readonly hidden?: readonly number[];
  readonly seed?: number;
  /** @default 400 */
  readonly steps?: number;
  readonly recipe?: TrainOptions['recipe'];
}

/** Trains a model from nothing by the project's own engine. */
export function trained(model: Model): Promise<TrainResult> {
  const {
    task,
    data,
    memory = emptyMemory(2, 300),
    strategy = 'naive',
    hidden = [16],
    seed = 1,
    steps = 400,
  } = model;
  const classes = task === 'binary' ? 2 : 0;
  return train({
    engine,
    model: createMlp({ inputs: 2, hidden, task, classes, seed }),
    spec: specOf(task, classes, 2),
    data,
    memory,
    strategy,
    budget: { maxSeconds: Number.POSITIVE_INFINITY, maxSteps: steps },
    seed,
    now: () => 0,
    recipe: { halfLifeRows: 0, batchSize: 64, learningRate: 0.02, ...model.recipe },
  });
}

/** A memory of the first so many rows. */
export function memoryOf(data: LabelledRows): ReplayMemory {
  return {
    ...emptyMemory(data.width, data.rows),
    seen: data.rows,
    rows: data,
    origins: new Uint32Array(data.rows).fill(1),
    runs: 1,
  };
}

export function judge(options: Omit<GateOptions, 'engine'>): Promise<GateVerdict> {
  return gate({ engine, ...options });
}

type Given = Parameters<typeof judge>[0];
type Asked = Partial<Given> & Pick<Given, 'candidate'>;

/**
 * Assertions of what the gate says of a candidate.
 * @param common what is the same for all of them
 */
export function judging<C extends Omit<Given, 'candidate'>>(common: C) {
  const verdictOn = (given: Asked) => judge({ ...common, ...given });
  return {
    async assertPasses(given: Asked, ...reasons: RegExp[]): Promise<Record<string, number>> {
      const verdict = await verdictOn(given);
      assert.ok(verdict.accepted, verdict.reasons.join('; '));
      for (const reason of reasons) assert.match(verdict.reasons.join('; '), reason);
      return verdict.metrics;
    },
    /** It is rejected for this alone: every other check lets it pass. */
    async assertFails(given: Asked, reason: RegExp): Promise<Record<string, number>> {
      const verdict = await verdictOn(given);
      assert.equal(verdict.accepted, false);
      assert.equal(verdict.reasons.length, 1, verdict.reasons.join('; '));
      assert.match(verdict.reasons[0]!, reason);
      return verdict.metrics;
    },
  };
}
