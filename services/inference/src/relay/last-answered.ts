import type { Bus } from '@driftloop/bus';
import type { Logger } from '@driftloop/service';
import { type AnsweredRequest, isAnswered } from './resume.ts';

const REQUESTS = 'inference.requests';

/**
 * The first of some requests, from the highest offset down, that is in inference.requests;
 * undefined where none is, or where that has expired.
 */
export async function lastAnswered(
  partition: number,
  candidates: readonly AnsweredRequest[],
  { bus, logger }: { readonly bus: Pick<Bus, 'offsets' | 'slice'>; readonly logger: Logger },
): Promise<AnsweredRequest | undefined> {
  const range = (await bus.offsets(REQUESTS)).find((entry) => entry.partition === partition);
  if (!range) return undefined;
  for (const [index, candidate] of candidates.entries()) {
    const { requestOffset } = candidate;
    // What has expired is not read again, whosever answer it was.
    if (requestOffset < range.low) return undefined;
    if (requestOffset < range.high && (await isStillThere(bus, partition, candidate))) return candidate;
    if (index > 0) continue;
    const message =
      `inference.predictions answers request '${candidate.requestId}' at offset ${requestOffset} of partition ${partition}, which inference.requests does not ` +
      'have there: it was deleted and made anew. Old answers are not counted as answers to the new requests.';
    logger.warn({ partition, answered: requestOffset, end: range.high }, message);
  }
  return undefined;
}

async function isStillThere(
  bus: Pick<Bus, 'slice'>,
  partition: number,
  answered: AnsweredRequest,
): Promise<boolean> {
  const { requestOffset: from } = answered;
  for await (const records of bus.slice(REQUESTS, { by: 'offset', partition, from, to: from + 1 })) {
    if (records.some((record) => isAnswered(record, answered))) return true;
  }
  return false;
}
