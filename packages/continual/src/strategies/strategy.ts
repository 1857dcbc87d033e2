import type { StepResult, TrainingBatch, TrainingOptions } from '@driftloop/autodiff';
import type { ReplayMemory } from '../memory/replay-memory.ts';
import type { Settings, StrategyContext } from '../steps/strategy-context.ts';

/** Terms that the training step must hold for a strategy, beside the loss on labels. */
export type StepTerms = Pick<
  TrainingOptions,
  'penalty' | 'distillation' | 'matching' | 'masks' | 'logitOffsets' | 'pathIntegral'
>;

/**
 * How one training run samples, learns and remembers. Steps must not overlap; `sample`, the update
 * and `observe` alternate.
 */
export interface StrategyRun {
  /** Positions that an epoch visits, each once in random order. @default the new rows */
  readonly epochRows?: number;
  /**
   * What to sample and what to add to the loss: the rows of one step.
   * @param turn Positions whose turn it is, below epochRows.
   */
  sample(turn: Uint32Array): TrainingBatch | Promise<TrainingBatch>;
  /**
   * What to do with gradients before the optimizer has them. Absent: forward, backward and update
   * are one pass.
   */
  project?(gradients: ReadonlyMap<string, Float32Array>): Promise<ReadonlyMap<string, Float32Array>>;
  /** Looks at what a step measured. */
  observe?(result: StepResult): void | Promise<void>;
  /** What to keep for later runs. Called once, after the last step. */
  keep(): Promise<ReplayMemory>;
  /** Figures of its own for the run's metrics. */
  metrics?(): Readonly<Record<string, number>>;
}

/** Where a strategy comes from. */
export interface Source {
  /** Who wrote it down, and when. */
  readonly paper: string;
  /** Where it can be read. */
  readonly page: string;
}

/**
 * A way of learning from new rows without forgetting old ones. One file each, one line in index.ts.
 */
export interface Strategy {
  readonly name: string;
  /** One sentence for people. */
  readonly summary: string;
  /** @default none: it is what everybody does */
  readonly source?: Source;
  /** Every setting it knows, with its default. */
  readonly settings: Settings;
  /**
   * It builds on what parameters mean: later runs start from the live ones, and standardisation
   * stays as it is.
   * @default false: as the recipe says
   */
  readonly warm?: boolean;
  /** @default no terms */
  terms?(settings: Settings): StepTerms;
  begin(context: StrategyContext): Promise<StrategyRun> | StrategyRun;
}
