export type { ChunkEnd, ChunkPosition, ModelContext, Models } from './chunks/context.ts';
export { SLOT_MS } from './chunks/cut.ts';
export { lookBackFrom } from './chunks/log-time.ts';
export type { Logged } from './chunks/logged.ts';
export { noteOf } from './chunks/note.ts';
export { type ChunkRows, createPartitionChunks, type PartitionChunks } from './chunks/partition-chunks.ts';
export {
  type ChunkSketcher,
  type ConceptSketcher,
  createChunkSketcher,
  type DataSketcher,
  type PredictionSketcher,
} from './chunks/sketchers.ts';
export {
  createEnsemble,
  ENSEMBLE_FORMAT,
  type Ensemble,
  type EnsembleOptions,
  type Judged,
} from './ensemble/ensemble.ts';
export type { EnsembleState } from './ensemble/state.ts';
export { createReducer } from './history/create-reducer.ts';
export {
  type Concluded,
  createHistory,
  type History,
  type HistoryState,
  type WrittenAt,
} from './history/history.ts';
export type { SketchLayout } from './layout/input-layout.ts';
export { distanceOf, type OutputMeasure } from './layout/output-measure.ts';
export { type AnswerExpectation, answerExpectation } from './profile/answer-expectation.ts';
export { buildReferenceProfile, type ReferenceInput } from './profile/build.ts';
export { parseReferenceProfile, type ReferenceProfile } from './profile/reference-profile.ts';
export type { InputTopic, Partitions } from './replay/chunked-input.ts';
export { type LogOrder, logOrderOf } from './replay/log-order.ts';
export { type ReplayRecord, timestampOf } from './replay/record.ts';
export {
  createReplay,
  type Replay,
  type ReplayInput,
  type ReplayVersion,
  replay,
  sketchSlice,
} from './replay/replay.ts';
export { replaySketches, type SketchReplayInput } from './replay/replay-sketches.ts';
export { rowsBudgetOf, USUAL_ROWS_BUDGET } from './row-watch/budget.ts';
export { answerTime } from './rows/answer-time.ts';
export { createLabelRows, EARLY_LABEL_MS, type LabelRows } from './rows/label-rows.ts';
export { createPredictionRows, type PredictionRows } from './rows/prediction-rows.ts';
export { createRequestRows, type RequestRows, rankOf } from './rows/request-rows.ts';
export { createSampleRanks, type SampleRanks } from './rows/sample-ranks.ts';
export { metricsOf } from './signals/prediction/metric-names.ts';
export { requireDetectors, TEST_NAMES, WINDOW_TESTS } from './signals/table.ts';
export type { TestMeaning } from './signals/window-test.ts';
export { createDataSketch, type DataSketch } from './sketch/data-sketch.ts';
export { addVector, decodeVector, encodeVector, type IntegerVector } from './sketch/integer-vector.ts';
export type { Outcome } from './sketch/outcomes.ts';
export type { Closing } from './windows/close-due.ts';
export { type InputFacts, timeAhead } from './windows/input-facts.ts';
export type { Reducer } from './windows/reducer.ts';
export { MOST_WAITING_BYTES, type Pass } from './windows/room.ts';
export type { ReducerState } from './windows/state.ts';
export type { Steps } from './windows/steps.ts';
