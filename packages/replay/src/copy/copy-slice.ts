import type { TypedProducer } from '@driftloop/bus';
import { logOrderOf, type ReplayRecord } from '@driftloop/drift';
import type { Clock } from '@driftloop/service';

/** How a slice is copied. */
export interface CopyOptions {
  readonly producer: Pick<TypedProducer, 'send'>;
  readonly clock: Clock;
  /** Requests and labels; answers are left out: whoever serves the copy gives its own. */
  readonly records: readonly ReplayRecord[];
  readonly model: string;
  /** How many times as fast as it came; Infinity for flat out. */
  readonly speed: number;
  /** Added to event times, ms. @default 0: they are kept */
  readonly shiftMs?: number;
  /** Partitions of the topics that are written to. */
  readonly partitions: { readonly requests: number; readonly labels: number };
  readonly signal?: AbortSignal;
  /** Told after every send. */
  onProgress?(sent: number): void;
}

type Copied = Exclude<ReplayRecord, { topic: 'inference.predictions' }>;

/** What is due within this is sent together, ms. */
const SLICE_MS = 50;
const MOST_RECORDS = 2_000;

/**
 * Sends the requests and labels of a slice again, in the order and with the gaps of the log, at a
 * speed factor. They lie on the partitions that they lay on, where there are as many.
 *
 * @returns how many were sent; less than there are when aborted, with nothing on its way
 */
export async function copySlice(options: CopyOptions): Promise<number> {
  const { producer, clock, records, model, speed, shiftMs = 0, partitions, signal, onProgress } = options;
  const { logTimes, order } = logOrderOf(records);
  const own: { readonly record: Copied; readonly logTime: number }[] = [];
  for (const i of order) {
    const record = records[i] as ReplayRecord;
    if (record.topic === 'inference.predictions' || record.value.model !== model) continue;
    own.push({ record, logTime: logTimes[i] as number });
  }
  const first = own[0]?.logTime ?? 0;
  const began = clock.monotonicMs();
  const dueMs = (at: number) => ((own[at]?.logTime ?? 0) - first) / speed;
  let sent = 0;
  while (sent < own.length && signal?.aborted !== true) {
    const passed = clock.monotonicMs() - began;
    if (dueMs(sent) > passed) {
      await clock.sleep(Math.min(SLICE_MS, Math.ceil(dueMs(sent) - passed)), signal);
      continue;
    }
    let until = sent;
    while (until < own.length && until - sent < MOST_RECORDS && dueMs(until) <= passed) until++;
    const part = own.slice(sent, until).map(({ record }) => record);
    await Promise.all([
      producer.send(
        'inference.requests',
        part.flatMap((record) =>
          record.topic === 'inference.requests' ? [moved(record, shiftMs, partitions.requests)] : [],
        ),
      ),
      producer.send(
        'inference.labels',
        part.flatMap((record) =>
          record.topic === 'inference.labels' ? [moved(record, shiftMs, partitions.labels)] : [],
        ),
      ),
    ]);
    sent = until;
    onProgress?.(sent);
  }
  return sent;
}

function moved<Value extends { readonly requestId: string; readonly eventTime: number }>(
  { partition, value }: { readonly partition: number; readonly value: Value },
  shiftMs: number,
  partitions: number,
): { readonly key: string; readonly value: Value; readonly partition?: number } {
  const own = { key: value.requestId, value: { ...value, eventTime: value.eventTime + shiftMs } };
  return partition < partitions ? { ...own, partition } : own;
}
