export {
  type Device,
  type Engine,
  type EngineSession,
  type EngineState,
  type EngineTensor,
  float32,
  float32Data,
  type LoadOptions,
  type RunOptions,
  type StateEntry,
  scalar,
} from './engine.ts';
export type {
  StepResult,
  StepRunner,
  StepRunnerOptions,
  StepRunnerSnapshot,
  TrainingBatch,
} from './step-runner-types.ts';
export type { Loss, Optimizer, TrainingOptions } from './training-options.ts';
