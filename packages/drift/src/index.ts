export type { ChunkPosition, ModelContext, PublishOptions } from './chunks/context.ts';
export { windowStartOf } from './chunks/context.ts';
export { type AnswerWithRivals, outcomeOf } from './chunks/outcome-of.ts';
export {
  type ChunkSketcher,
  type ConceptSketcher,
  createChunkSketcher,
  type DataSketcher,
  type PredictionSketcher,
} from './chunks/sketchers.ts';
export { createEnsemble, type Ensemble, type Judged } from './ensemble/ensemble.ts';
export type { EnsembleState } from './ensemble/state.ts';
export { buildReferenceProfile, type ReferenceInput } from './profile/build.ts';
export type { SketchLayout } from './profile/layout.ts';
export { parseReferenceProfile, type ReferenceProfile } from './profile/reference-profile.ts';
export type { ReplayRecord } from './replay/record.ts';
export {
  createReplay,
  type Replay,
  type ReplayInput,
  type ReplayResult,
  type ReplaySettings,
  type ReplayVersion,
  replay,
} from './replay/replay.ts';
export { requireDetectors, TEST_NAMES } from './signals/names.ts';
export { createDataSketch, type DataSketch } from './sketch/data-sketch.ts';
export { addVector, decodeVector, encodeVector, type IntegerVector } from './sketch/integer-vector.ts';
export type { Outcome } from './sketch/outcomes.ts';
export {
  createStreamEnsemble,
  type StreamEnsemble,
  type StreamEnsembleOptions,
  type StreamEvidence,
} from './stream-ensemble/stream-ensemble.ts';
export type { Answer, LabelledAnswer } from './stream-ensemble/tables.ts';
export { createReducer, type Reduced, type Reducer } from './windows/reducer.ts';
export type { ReducerState } from './windows/state.ts';
