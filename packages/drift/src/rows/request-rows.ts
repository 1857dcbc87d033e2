import { type DriftSketch, eventTimeRefusal, type InferenceRequest } from '@driftloop/schemas';
import type { ChunkEnd, ChunkPosition, Models } from '../chunks/context.ts';
import type { Logged } from './logged.ts';
import { createModelSketchers } from './model-sketchers.ts';

/** The requests of one chunk on their way into sketches. */
export interface RequestRows {
  /** Requests of unknown models, and of the future, are left out: the inference service refuses them. */
  add(record: Logged<InferenceRequest>): void;
  sketches(end: ChunkEnd): DriftSketch[];
}

/** Starts a chunk of requests. */
export function createRequestRows(position: ChunkPosition, models: Models): RequestRows {
  const sketchers = createModelSketchers('data', position, models);
  return {
    add({ value, timestamp, logTime }) {
      const target = sketchers.of(value.model);
      if (!target || eventTimeRefusal(value.eventTime, timestamp, target.context.spec.window)) return;
      target.sketcher.add(target.context.liveAt(logTime), value.features, value.eventTime);
    },
    sketches: sketchers.sketches,
  };
}
