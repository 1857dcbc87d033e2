import type { DriftSketch, InferenceRequest } from '@driftloop/schemas';
import { eventTimeRefusal, isRequestId, rowOf, windowStartOf } from '@driftloop/spec';
import type { ChunkEnd, ChunkPosition, Models } from '../chunks/context.ts';
import type { Logged } from '../chunks/logged.ts';
import { createModelSketchers } from './model-sketchers.ts';
import type { SampleRanks } from './sample-ranks.ts';

/** The requests of one chunk on their way into sketches. */
export interface RequestRows {
  /**
   * Requests of unknown models, of the future, and with an id that is too long are left out: the
   * inference service refuses them.
   */
  add(record: Logged<InferenceRequest>): void;
  sketches(end: ChunkEnd): DriftSketch[];
}

/** Rank of a request; its window is the spec's as it is now. */
export function rankOf(
  ranks: SampleRanks,
  { offset, value: { model, eventTime } }: Pick<Logged<InferenceRequest>, 'offset' | 'value'>,
  models: Models,
): number {
  const context = models.of(model);
  return context ? ranks.next(offset, model, windowStartOf(eventTime, context.spec.window.lengthMs)) : 0;
}

/** Starts a chunk of requests. @param ranks of the partition, which go on from chunk to chunk */
export function createRequestRows(position: ChunkPosition, models: Models, ranks: SampleRanks): RequestRows {
  const sketchers = createModelSketchers('data', position, models);
  /** Free texts of one row. */
  const texts: string[] = [];
  return {
    add(record) {
      const { value, timestamp, logTime } = record;
      const rank = rankOf(ranks, record, models);
      const target = sketchers.of(value.model);
      if (!target || !isRequestId(value.requestId)) return;
      if (eventTimeRefusal(value.eventTime, timestamp, target.context.spec.window)) return;
      const { context, sketcher } = target;
      texts.length = 0;
      const row = rowOf(value, context.spec, texts);
      sketcher.add(context.liveAt(logTime), row, value.eventTime, rank, texts, timestamp - value.eventTime);
    },
    sketches: sketchers.sketches,
  };
}
