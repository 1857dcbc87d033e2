import type { DriftSketch, Signal } from '@driftloop/schemas';
import type { ChunkEnd, ChunkPosition, ModelContext, Models } from '../chunks/context.ts';
import { type ChunkSketcher, createChunkSketcher } from '../chunks/sketchers.ts';

type SketcherOf<S extends Signal> = ReturnType<typeof createChunkSketcher<S>>;

/** The sketchers of one chunk, one per model, made when a model's first row comes. */
export interface ModelSketchers<S extends Signal> {
  /** The model's sketcher and context; undefined for a model without a spec. */
  of(model: string): { readonly sketcher: SketcherOf<S>; readonly context: ModelContext } | undefined;
  /** The chunk's records, one for each model that has rows in it. */
  sketches(end: ChunkEnd): DriftSketch[];
}

/** Starts the sketchers of a chunk. */
export function createModelSketchers<S extends Signal>(
  signal: S,
  position: ChunkPosition,
  models: Models,
): ModelSketchers<S> {
  const known = new Map<string, { sketcher: SketcherOf<S>; context: ModelContext }>();
  return {
    of(model) {
      const existing = known.get(model);
      if (existing) return existing;
      const context = models.of(model);
      if (!context) return undefined;
      const created = { context, sketcher: createChunkSketcher(signal, context, position) };
      known.set(model, created);
      return created;
    },
    sketches: (end) =>
      [...known.values()].flatMap(({ sketcher }) => (sketcher as ChunkSketcher).sketches(end)),
  };
}
