import type { Refusal } from '@driftloop/errors';
import type { DriftSketch, InferenceLabel } from '@driftloop/schemas';
import {
  beginningOf,
  hasClasses,
  invalidEventTime,
  isEventTime,
  isPossibleAnswer,
  labelOf,
  labelProblem,
  probabilityOf,
  type RequestColumns,
  requestIdRefusal,
  rowOf,
  type ServedAnswer,
  truthOf,
} from '@driftloop/spec';
import type { ChunkEnd, ChunkPosition, ModelContext, Models } from '../chunks/context.ts';
import type { Logged } from '../chunks/logged.ts';
import { distanceOf } from '../layout/output-measure.ts';
import type { Outcome } from '../sketch/outcomes.ts';
import { createModelSketchers } from './model-sketchers.ts';

/**
 * How much earlier than its request a label may be in the log, ms: producers of both do not wait
 * for each other.
 */
export const EARLY_LABEL_MS = 5_000;

/** The labels of one chunk on their way into sketches. */
export interface LabelRows {
  /**
   * @param answer to the label's request, where one is known, however late: whether it came in time
   *   is decided here
   * @param request that was answered, for the row watch. @default the row is not watched
   * @returns why the label does not count, where it does not
   */
  add(
    record: Logged<InferenceLabel>,
    answer: ServedAnswer | undefined,
    request?: RequestColumns,
  ): Refusal | undefined;
  sketches(end: ChunkEnd): DriftSketch[];
}

/**
 * Starts a chunk of labels: outcomes of the versions that answered. Of labels that come twice the
 * earliest counts, when its window is tested; labels that no answer is found for, or that are no
 * class of the model, are refused.
 */
export function createLabelRows(position: ChunkPosition, models: Models): LabelRows {
  const sketchers = createModelSketchers('concept', position, models);
  return {
    add({ value: label, timestamp }, answer, request) {
      const target = sketchers.of(label.model);
      if (!target) {
        return { code: 'MODEL_UNKNOWN', reason: `No model '${beginningOf(label.model)}' is registered.` };
      }
      const { sketcher, context } = target;
      const unnamed = requestIdRefusal(label.requestId);
      if (unnamed) {
        sketcher.reject();
        return unnamed;
      }
      if (!isEventTime(label.eventTime)) {
        sketcher.reject();
        return { code: 'EVENT_TIME_INVALID', reason: invalidEventTime(label.eventTime) };
      }
      const problem = labelProblem(label, context.spec);
      if (problem !== undefined) {
        sketcher.reject();
        return { code: 'LABEL_INVALID', reason: problem };
      }
      if (!answer || isTooEarly(answer, timestamp)) {
        sketcher.reject();
        return { code: 'LABEL_UNMATCHED', reason: unmatched(label, answer, timestamp) };
      }
      if (!isPossibleAnswer(answer) || context.isLost?.(answer.version)) sketcher.reject();
      else sketcher.add(outcomeOf(answer, label, context), request && rowOf(request, context.spec));
      return undefined;
    },
    sketches: sketchers.sketches,
  };
}

/** Times that are not known are no reason to refuse. */
function isTooEarly({ requestTime }: ServedAnswer, labelTime: number): boolean {
  return labelTime > 0 && requestTime > labelTime + EARLY_LABEL_MS;
}

function unmatched(label: InferenceLabel, answer: ServedAnswer | undefined, labelTime: number): string {
  const { requestId, model } = label;
  if (answer) {
    const seconds = ((answer.requestTime - labelTime) / 1_000).toFixed(1);
    return `The request '${requestId}' of model '${model}' came ${seconds} s after its label; at most ${EARLY_LABEL_MS / 1_000} s are waited for. Send the label again from dead.letters.`;
  }
  return `No answer to request '${requestId}' of model '${model}' is known: check the id, or send the label again from dead.letters once the request is served.`;
}

function outcomeOf(answer: ServedAnswer, label: InferenceLabel, context: ModelContext): Outcome {
  const { version, eventTime, outputs, predicted, requestPartition, requestOffset, rivals } = answer;
  const { spec } = context;
  const possible = rivals.filter((rival) => rival.version >= 1);
  const common = {
    version,
    eventTime,
    labelEventTime: label.eventTime,
    requestPartition,
    requestOffset,
  };
  const measures = context.profile(version).outputs.layout.outputs;
  const truths = measures && truthOf(label, spec);
  if (measures && truths) {
    // What counts of several outputs is how far all of them are off: 0 is what a right answer has.
    const distance = (numbers: ArrayLike<number>) => distanceOf(measures, numbers, truths);
    return {
      ...common,
      predicted: distance(outputs),
      label: 0,
      confidence: 0,
      rivals: possible.map((rival) => ({
        version: rival.version,
        predicted: distance(rival.outputs ?? [rival.predicted]),
      })),
    };
  }
  return {
    ...common,
    predicted,
    label: labelOf(label, spec),
    confidence: hasClasses(spec.task) ? probabilityOf(outputs, 0, outputs.length, predicted) : 0,
    rivals: possible,
  };
}
