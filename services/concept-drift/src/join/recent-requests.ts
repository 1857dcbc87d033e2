import type { Bus, BusRecord } from '@driftloop/bus';
import type { ServedAnswer } from '@driftloop/spec';
import { createNewestRequests, type NewestRequests } from './newest-requests.ts';

/** Least time between two fetches: labels are rarely that close behind. */
const PACE_MS = 50;

/**
 * Keeps the newest requests as they come from Kafka. Those from before the call are not among them.
 *
 * @param most how many; 0 for none
 * @param isKept whether a model's requests are wanted
 */
export async function followRecentRequests(
  bus: Pick<Bus, 'follow'>,
  most: number,
  isKept: (model: string) => boolean,
  onCrash: (error: unknown) => void,
): Promise<RecentRequests> {
  const recent = createNewestRequests(most);
  if (most === 0) return { of: recent.of, close: async () => undefined };
  const follower = await bus.follow(
    'inference.requests',
    (records: BusRecord<'inference.requests'>[]) => {
      for (const record of records) if (isKept(record.value.model)) recent.add(record);
    },
    { fromBeginning: false, paceMs: PACE_MS, onCrash },
  );
  return { of: recent.of, close: () => follower.close() };
}

/** Requests that were followed. */
export interface RecentRequests {
  of(model: string, answer: AnsweredAt): ReturnType<NewestRequests['of']>;
  close(): Promise<void>;
}

/** What of an answer names its request. */
export type AnsweredAt = Pick<ServedAnswer, 'requestId' | 'requestPartition' | 'requestOffset'>;
