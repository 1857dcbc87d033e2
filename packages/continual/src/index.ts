export type { Engine } from '@driftloop/autodiff';
export { type Candidate, makeCandidate } from './candidate/make-candidate.ts';
export type { TaskSpec } from './data/check-rows.ts';
export { holdOutNewest } from './data/hold-out.ts';
export { featureStatistics } from './data/statistics.ts';
export { requireTrainable } from './data/trainable.ts';
export { addAdapters } from './factory/adapters.ts';
export { createCategorical } from './factory/categories.ts';
export { createCnn } from './factory/cnn.ts';
export { createModel, type ModelDesign } from './factory/create-model.ts';
export { createLinear, createMlp } from './factory/mlp.ts';
export { designsOf, FACTORIES, type Factory } from './first/designs.ts';
export { trainFirst } from './first/train-first.ts';
export { type GateOptions, type GateVerdict, gate } from './gate/gate.ts';
export type { GateSettings } from './gate/settings.ts';
export { decodeMemory, encodeMemory } from './memory/encode.ts';
export { emptyMemory, type ReplayMemory } from './memory/replay-memory.ts';
export { type Keep, remember } from './memory/sample.ts';
export { admit } from './orders/admission.ts';
export {
  insteadOf,
  type Order,
  orderOf,
  type RestoreOrder,
  type RetrainOrder,
  type TrialOrder,
} from './orders/order.ts';
export { type Answers, predict } from './predict.ts';
export { CHOICE, firstStrategy } from './retrain/arms.ts';
export { lookAgain } from './retrain/last-look.ts';
export { comesLate, settleRollout } from './retrain/lateness.ts';
export type {
  EarlierVersion,
  FitCheckpoints,
  FitResult,
  RetrainOptions,
  RetrainResult,
} from './retrain/options.ts';
export { retrain } from './retrain/retrain.ts';
export type { Settings } from './steps/strategy-context.ts';
export { STRATEGIES } from './strategies/index.ts';
export type { Strategy } from './strategies/strategy.ts';
export { lossOf } from './train/loss-of.ts';
export { splitMeasured } from './train/measured.ts';
export { type TrainOptions, type TrainResult, train } from './train/train.ts';
