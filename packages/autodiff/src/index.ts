export { servingFlopsPerRow } from './cost/serving-flops.ts';
export { trainingCost } from './cost/training-cost.ts';
export {
  type ElementwiseKernel,
  type ElementwiseOperation,
  type ElementwiseProgram,
  recordProgram,
} from './elementwise/program.ts';
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
  type TextTensor,
} from './engine.ts';
export { findHead } from './forward/head.ts';
export { type ImportedModel, importModel } from './import/import-model.ts';
export { keepModel } from './import/keep-model.ts';
export { createStepRunner } from './runner/create-step-runner.ts';
export type {
  StepResult,
  StepRunner,
  TrainingBatch,
} from './runner/step-runner.ts';
export type { Loss, Optimizer, TrainingOptions } from './training-options.ts';
