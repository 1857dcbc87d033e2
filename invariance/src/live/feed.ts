import { setTimeout as sleep } from 'node:timers/promises';
import type { Outgoing, TypedProducer } from '@driftloop/bus';
import type { InputRecord } from './input-log.ts';

/** How a log is put on Kafka. */
export interface FeedOptions {
  readonly producer: TypedProducer;
  readonly records: readonly InputRecord[];
  /**
   * So many records come at `recordsPerSecond` of wall clock, all others as fast as they can.
   * @default 0
   */
  readonly paced?: number;
  readonly recordsPerSecond?: number;
}

/** Most records per call when flat out. */
const SLICE_RECORDS = 4_000;
const SLICE_MS = 50;

/** Writes the records in their order, each on its partition and with its timestamp. */
export async function feed({
  producer,
  records,
  paced = 0,
  recordsPerSecond = 1,
}: FeedOptions): Promise<void> {
  const startedAt = performance.now();
  let sent = 0;
  while (sent < records.length) {
    const elapsedMs = performance.now() - startedAt;
    const until =
      sent < paced
        ? Math.min(paced, Math.floor((elapsedMs / 1_000) * recordsPerSecond))
        : Math.min(records.length, sent + SLICE_RECORDS);
    if (until > sent) await send(producer, records.slice(sent, until));
    sent = Math.max(sent, until);
    if (sent < paced) await sleep(SLICE_MS);
  }
}

async function send(producer: TypedProducer, records: readonly InputRecord[]): Promise<void> {
  const requests: Outgoing<'inference.requests'>[] = [];
  const labels: Outgoing<'inference.labels'>[] = [];
  for (const record of records) {
    const { topic: _, ...outgoing } = record;
    if (record.topic === 'inference.requests') requests.push({ ...outgoing, value: record.value });
    else labels.push({ ...outgoing, value: record.value });
  }
  await Promise.all([
    producer.send('inference.requests', requests),
    producer.send('inference.labels', labels),
  ]);
}
