import type { BusRecord } from '@driftloop/bus';
import type { ChunkPosition } from '@driftloop/drift';
import { createModelSketchers, type ModelContexts, type SketchRows } from '@driftloop/drift-stages';

/**
 * Sketches the live answers of one chunk by model and version. Answers lie in the order of their requests: one whose
 * request is not beyond the last one's was written twice, and counts once.
 */
export function createPredictionRows(
  position: ChunkPosition,
  contexts: ModelContexts,
): SketchRows<'inference.predictions'> {
  const sketchers = createModelSketchers('prediction', position, contexts);
  let lastRequestOffset = -1;
  return {
    async add(records) {
      for (const [model, versions] of versionsByModel(records))
        await sketchers.of(model)?.context.load(versions);
      for (const { value } of records) {
        if (value.role !== 'live' || value.requestOffset <= lastRequestOffset) continue;
        lastRequestOffset = value.requestOffset;
        sketchers
          .of(value.model)
          ?.sketcher.add(value.version, value.outputs, value.predicted, value.eventTime);
      }
      return undefined;
    },
    sketches: async (chunkEnd, options) => sketchers.sketches(chunkEnd, options),
  };
}

function versionsByModel(records: readonly BusRecord<'inference.predictions'>[]): Map<string, Set<number>> {
  const versions = new Map<string, Set<number>>();
  for (const { value } of records) {
    const known = versions.get(value.model) ?? new Set();
    versions.set(value.model, known.add(value.version));
  }
  return versions;
}
