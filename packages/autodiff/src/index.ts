export { servingFlopsPerRow } from './cost/serving-flops.ts';
export { type TrainingCost, trainingCost } from './cost/training-cost.ts';
export type { Arithmetic } from './elementwise/arithmetic.ts';
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
  scalar,
} from './engine.ts';
export type { FeatureInput, Parameter } from './forward/forward-graph.ts';
export { findHead, type Head } from './forward/head.ts';
export { type ImportedModel, importModel } from './import/import-model.ts';
export { keepModel } from './import/keep-model.ts';
export { createStepRunner } from './runner/create-step-runner.ts';
export type {
  StepResult,
  StepRunner,
  StepRunnerOptions,
  StepRunnerSnapshot,
  TrainingBatch,
} from './runner/step-runner.ts';
export { buildTrainingStep } from './step/build-training-step.ts';
export { INPUTS, nextName, OUTPUTS, stateName } from './step/names.ts';
export type { StepKind, TrainingStepGraph } from './step/training-step-graph.ts';
export type { Loss, Optimizer, TrainingOptions } from './training-options.ts';
