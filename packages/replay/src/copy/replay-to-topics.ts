import type { Connections, TopicConnections } from '@driftloop/connections';
import { DriftloopError } from '@driftloop/errors';
import { requireModel } from '@driftloop/registry';
import type { Clock } from '@driftloop/service';
import { type EventTimeRange, readHistory } from '../history.ts';
import { copySlice } from './copy-slice.ts';

/** What is copied, and how. */
export interface ReplayToTopics extends EventTimeRange {
  readonly model: string;
  /** How many times as fast as it came; Infinity for flat out. */
  readonly speed: number;
  /** Event times so that the first request happens now. @default they are kept */
  readonly isShifted?: boolean;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  onProgress?(sent: number): void;
}

/**
 * Copies the requests and labels of a slice to the topics of another prefix.
 *
 * @returns how many records were sent
 * @throws DriftloopError MODEL_UNKNOWN; NOT_FOUND when the range holds no requests
 */
export async function replayToTopics(
  from: Connections,
  to: Pick<TopicConnections, 'bus' | 'producer'>,
  options: ReplayToTopics,
): Promise<number> {
  const { model, clock, isShifted = false } = options;
  requireModel(from.registry, model);
  const { records } = await readHistory(from, model, options);
  let first = Number.POSITIVE_INFINITY;
  for (const { topic, value } of records)
    if (topic === 'inference.requests' && value.model === model) first = Math.min(first, value.eventTime);
  if (first === Number.POSITIVE_INFINITY)
    throw new DriftloopError('NOT_FOUND', `Model '${model}' has no requests in that range.`);
  return copySlice({
    ...options,
    producer: to.producer,
    records,
    shiftMs: isShifted ? clock.now() - first : 0,
    partitions: {
      requests: await to.bus.partitions('inference.requests'),
      labels: await to.bus.partitions('inference.labels'),
    },
  });
}
