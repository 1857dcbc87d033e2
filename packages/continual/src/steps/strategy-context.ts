import type { StepRunner } from '@driftloop/autodiff';
import type { LabelledRows } from '@driftloop/spec';
import type { Random } from '@driftloop/stats';
import type { TaskSpec } from '../data/check-rows.ts';
import type { ReplayMemory } from '../memory/replay-memory.ts';

/** Numbers that tune a strategy, by name. */
export type Settings = Readonly<Record<string, number>>;

/** What a strategy is given when a training run begins. */
export interface StrategyContext {
  readonly runner: StepRunner;
  readonly spec: TaskSpec;
  /** The new rows, weights with mean 1. */
  readonly data: LabelledRows;
  /** What earlier runs left. */
  readonly memory: ReplayMemory;
  readonly settings: Settings;
  readonly random: Random;
  /** New rows per step. */
  readonly batchSize: number;
  /** Of the first step; schedules only lower it. */
  readonly learningRate: number;
}
