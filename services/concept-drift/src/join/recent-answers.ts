import type { Bus } from '@driftloop/bus';
import type { InferencePrediction } from '@driftloop/schemas';
import { createServedAnswers, type ServedAnswers } from '@driftloop/spec';

/** Least time between two fetches: labels are rarely that close behind. */
const PACE_MS = 50;

/**
 * Keeps the newest answers as they come from Kafka. Those from before the call are not among them.
 * @param most how many
 */
export async function followRecentAnswers(
  bus: Pick<Bus, 'follow'>,
  most: number,
  onCrash: (error: unknown) => void,
): Promise<Pick<ServedAnswers, 'find'> & { close(): Promise<void> }> {
  const recent = createServedAnswers(most);
  if (most === 0) return { find: recent.find, close: async () => undefined };
  /**
   * The first request of each partition: what was answered to it in shadow may have come before the
   * call.
   */
  const first = new Map<number, number>();
  const isFirst = ({ requestPartition, requestOffset }: InferencePrediction) => {
    if (!first.has(requestPartition)) first.set(requestPartition, requestOffset);
    return first.get(requestPartition) === requestOffset;
  };
  const follower = await bus.follow(
    'inference.predictions',
    (records) => recent.add(records.map(({ value }) => value).filter((answer) => !isFirst(answer))),
    { fromBeginning: false, paceMs: PACE_MS, onCrash },
  );
  return { find: recent.find, close: () => follower.close() };
}
