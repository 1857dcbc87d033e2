import type { DriftSketch, InferencePrediction } from '@driftloop/schemas';
import { type AnswerOrder, isPossibleAnswer } from '@driftloop/spec';
import type { ChunkEnd, ChunkPosition, Models } from '../chunks/context.ts';
import type { Logged } from '../chunks/logged.ts';
import { createModelSketchers } from './model-sketchers.ts';

/** The answers of one chunk on their way into sketches. */
export interface PredictionRows {
  /**
   * Only answers of the live version count, and each once; one that no service can have given is
   * rejected.
   */
  add(record: Logged<InferencePrediction>): void;
  sketches(end: ChunkEnd): DriftSketch[];
}

/** Starts a chunk of answers. @param order of the partition, which goes on from chunk to chunk */
export function createPredictionRows(
  position: ChunkPosition,
  models: Models,
  order: AnswerOrder,
): PredictionRows {
  const sketchers = createModelSketchers('prediction', position, models);
  return {
    add({ value }) {
      if (!isPossibleAnswer(value)) sketchers.of(value.model)?.sketcher.reject();
      if (!order.takeNew(value)) return;
      const { model, version, outputs, predicted, eventTime, expected } = value;
      sketchers.of(model)?.sketcher.add(version, outputs, predicted, eventTime, expected);
    },
    sketches: sketchers.sketches,
  };
}
