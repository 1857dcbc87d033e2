export { type AnswerOrder, createAnswerOrder } from './answer-order.ts';
export {
  type AnswerOutput,
  hasClasses,
  outputError,
  outputsOf,
  targetsOf,
} from './answer-outputs.ts';
export { goesToCanary } from './canary-share.ts';
export {
  type AheadPolicy,
  aheadEventTime,
  EARLIEST_EVENT_TIME,
  eventTimeRefusal,
  invalidEventTime,
  isEventTime,
  isEventTimeAhead,
  LATEST_EVENT_TIME,
  mostAheadMs,
} from './event-time.ts';
export { featuresRefusal, isFeature } from './features.ts';
export { fitProblem, isAlike, isSameSpec, type VersionInterface } from './fits.ts';
export { incumbentAnswerOf, incumbentWidthOf, type ReadAnswer } from './incumbent-answer.ts';
export { isLabel, labelOf, labelProblem, type ToldLabel, truthOf } from './label.ts';
export {
  allocateRows,
  concatRows,
  copyRow,
  type LabelledRows,
  labelsPerRow,
  selectRows,
  sliceRows,
} from './labelled-rows.ts';
export { type LiveSince, liveAt } from './live-versions.ts';
export { mostProbable, mostProbableLogit, predictedOf } from './most-probable.ts';
export {
  beginningOf,
  isModelName,
  isRequestId,
  MOST_MODEL_NAME_BYTES,
  MOST_REQUEST_ID_BYTES,
  requestIdRefusal,
} from './names.ts';
export { renamingProblem } from './names-kept.ts';
export { isOutputWidth, outputWidthsOf, probabilityOf } from './outputs.ts';
export { isPossibleAnswer } from './possible-answer.ts';
export {
  comesByName,
  isNamedCategory,
  type RequestColumns,
  requestRefusal,
  rowOf,
  UNKNOWN_CATEGORY,
} from './request-row.ts';
export { marginsOf, type RolloutMargins, USUAL_MARGINS } from './rollout-margins.ts';
export { numbersOf, rowWidthOf, slotNames, slotsOf } from './row-slots.ts';
export {
  type Answer,
  type AskingLabel,
  cameBefore,
  createServedAnswers,
  type RivalAnswer,
  type ServedAnswer,
  type ServedAnswers,
} from './served-answers.ts';
export { type TextColumns, textColumnsOf, textsOfRows } from './text-columns.ts';
export { requestOrder } from './uses.ts';
export { windowStartOf } from './window.ts';
