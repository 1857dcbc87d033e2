import { SLOT_MS } from '../chunks/cut.ts';
import { createLogTime, type LogTime } from '../chunks/log-time.ts';
import { type ReplayRecord, timestampOf } from './record.ts';

/** Records in the order of the log. */
export interface LogOrder {
  /** Log time of each record, in the order in which they were given. */
  readonly logTimes: Float64Array;
  /** Numbers of the records, by log time; records of one partition keep their order. */
  readonly order: Uint32Array;
}

/**
 * Puts records into the order of the log. Each slot of log time is sorted by itself: what was read
 * from Kafka is nearly in order, and millions of records are sorted in no other way in a second.
 */
export function logOrderOf(records: readonly ReplayRecord[]): LogOrder {
  const logTimes = logTimesOf(records);
  const slots = new Map<number, number[]>();
  let newest: { readonly slot: number; readonly own: number[] } | undefined;
  for (let i = 0; i < records.length; i++) {
    const slot = Math.floor((logTimes[i] as number) / SLOT_MS);
    if (newest?.slot !== slot) {
      const own = slots.get(slot) ?? [];
      slots.set(slot, own);
      newest = { slot, own };
    }
    newest.own.push(i);
  }
  const order = new Uint32Array(records.length);
  let at = 0;
  for (const slot of Float64Array.from(slots.keys()).sort()) {
    const own = slots.get(slot) as number[];
    own.sort((a, b) => (logTimes[a] as number) - (logTimes[b] as number));
    order.set(own, at);
    at += own.length;
  }
  return { logTimes, order };
}

/** The log time of a partition, and the largest that it has had. */
interface PartitionTime {
  readonly time: LogTime;
  newest: number;
}

function logTimesOf(records: readonly ReplayRecord[]): Float64Array {
  const partitions: Readonly<Record<ReplayRecord['topic'], PartitionTime[]>> = {
    'inference.requests': [],
    'inference.predictions': [],
    'inference.labels': [],
  };
  const logTimes = new Float64Array(records.length);
  records.forEach((record, i) => {
    const own = partitions[record.topic];
    let partition = own[record.partition];
    if (!partition) {
      partition = { time: createLogTime(), newest: 0 };
      own[record.partition] = partition;
    }
    // After a timestamp that was wrong log time falls; what comes then still comes after it.
    partition.newest = Math.max(partition.newest, partition.time.of(record.offset, timestampOf(record)));
    logTimes[i] = partition.newest;
  });
  return logTimes;
}
