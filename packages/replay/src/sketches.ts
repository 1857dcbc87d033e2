import type { Connections } from '@driftloop/connections';
import { DriftloopError } from '@driftloop/errors';
import type { DriftSketch } from '@driftloop/schemas';
import type { EventTimeRange } from './history.ts';

/** Parts of a spec that rows are sketched by: with others only rows can be replayed. */
const SKETCHED_BY = ['window.lengthMs', 'window.allowedAheadMs', 'features', 'task', 'classes', 'outputs'];

/** Whether a setting may be another where sketches are replayed. @param path dotted */
export function isFromSketches(path: string): boolean {
  return !SKETCHED_BY.some((own) => path === own || path.startsWith(`${own}.`));
}

/**
 * Reads the sketches of a model whose windows begin in a range of event time, and the notes on how
 * far all inputs had been read.
 *
 * @throws DriftloopError NOT_FOUND where Kafka has none (any more)
 */
export async function readSketches(
  bus: Connections['bus'],
  model: string,
  { from, to }: EventTimeRange,
): Promise<DriftSketch[]> {
  const sketches: DriftSketch[] = [];
  let isThere = false;
  for await (const records of bus.slice('drift.sketches', { by: 'offset' })) {
    for (const { value } of records) {
      if (value.clocks.length > 0) sketches.push(value);
      else if (value.model === model) {
        const windows = value.windows.filter(({ start }) => start >= from && start < to);
        isThere ||= windows.length > 0;
        sketches.push({ ...value, windows });
      }
    }
  }
  if (isThere) return sketches;
  throw new DriftloopError(
    'NOT_FOUND',
    `Kafka has no sketches of model '${model}' in that range: they are kept for 7 days. Replay the rows instead.`,
  );
}
