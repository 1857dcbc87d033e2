export type { Engine, EngineSession, EngineTensor } from '@driftloop/autodiff';
export { checkTrainingRows, type TaskSpec } from './data/check-rows.ts';
export { holdOutNewest } from './data/hold-out.ts';
export { featureStatistics, labelStatistics } from './data/statistics.ts';
export { type AdapterOptions, addAdapters } from './factory/adapters.ts';
export { type CategoricalOptions, createCategorical } from './factory/categories.ts';
export { type CnnOptions, createCnn } from './factory/cnn.ts';
export { createModel, type ModelDesign } from './factory/create-model.ts';
export { createLinear, createMlp, DEFAULT_HIDDEN, type MlpOptions } from './factory/mlp.ts';
export { type GateOptions, type GateVerdict, gate } from './gate/gate.ts';
export { DEFAULT_GATE, type GateSettings } from './gate/settings.ts';
export { decodeMemory, encodeMemory } from './memory/encode.ts';
export { emptyMemory, type ReplayMemory } from './memory/replay-memory.ts';
export { type Keep, remember } from './memory/sample.ts';
export { type Answers, answer, predict } from './predict.ts';
export type { FittingVersion } from './retrain/earlier-version.ts';
export { type LastLookOptions, lookAgain } from './retrain/last-look.ts';
export {
  type EarlierVersion,
  type FitCheckpoints,
  type FitOptions,
  type FitResult,
  HALF_LIVES,
  type RetrainOptions,
  type RetrainResult,
} from './retrain/options.ts';
export { retrain, trainFirst } from './retrain/retrain.ts';
export { timeLimitReasons } from './retrain/time-limit.ts';
export type { Settings, StrategyContext } from './steps/strategy-context.ts';
export { STRATEGIES, strategyNamed } from './strategies/index.ts';
export type { Strategy, StrategyRun } from './strategies/strategy.ts';
export { lossOf } from './train/loss-of.ts';
export { splitMeasured } from './train/measured.ts';
export { DEFAULT_RECIPE, type Recipe } from './train/recipe.ts';
export type { TrainingProgressReport } from './train/run-steps.ts';
export { type TrainOptions, type TrainResult, train } from './train/train.ts';
