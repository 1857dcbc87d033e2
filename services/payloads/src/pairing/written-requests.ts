import type { Bus } from '@driftloop/bus';

/** Clocks of two brokers may differ, and a request may bear the time of another than its events. */
const SKEW_MS = 60_000;

/** Requests that an earlier process has written. */
export interface WrittenRequests {
  has(model: string, requestId: string): boolean;
}

/**
 * Reads from a partition of inference.requests which requests are there since a time: what follows
 * from records that came then, and was written before their offsets were committed.
 *
 * @param since of the first of these records, epoch ms
 */
export async function readWritten(
  bus: Pick<Bus, 'slice'>,
  partition: number,
  since: number,
): Promise<WrittenRequests> {
  const written = new Map<string, Set<string>>();
  const range = { by: 'time', partition, from: since - SKEW_MS } as const;
  for await (const records of bus.slice('inference.requests', range))
    for (const { value } of records) {
      // Whatever carries no answer was written by others.
      if (!value.answer) continue;
      const ids = written.get(value.model) ?? new Set();
      written.set(value.model, ids.add(value.requestId));
    }
  return { has: (model, requestId) => written.get(model)?.has(requestId) ?? false };
}
