import type { Bus, BusRecord } from '@driftloop/bus';
import type { Clock } from '@driftloop/service';
import { type Answer, createServedAnswers, type ServedAnswers } from '@driftloop/spec';

/** A request that has been answered. */
export interface AnsweredRequest {
  readonly offset: number;
  /** Kafka timestamp, epoch ms, or now where it lies ahead. */
  readonly time: number;
}

/** The newest answers. */
export interface RecentAnswers extends Pick<ServedAnswers, 'find'> {
  /** By partition of requests, the one that was answered last. */
  newest(): ReadonlyMap<number, AnsweredRequest>;
  /** Whether everything before these ends of inference.predictions has been taken in. */
  hasPassed(ends: readonly { readonly partition: number; readonly high: number }[]): boolean;
  /**
   * By partition of inference.predictions, an offset before which all answers lie that are not kept
   * here; undefined where none is kept.
   */
  before(): ReadonlyMap<number, number> | undefined;
  /** Every answer that is not kept here is to a request of this time or before, epoch ms. */
  lacks(): number;
  close(): Promise<void>;
}

/** Least time between two fetches: labels are rarely that close behind. */
const PACE_MS = 50;
/** How many times, while as many answers come as are kept, it is noted where they are. */
const NOTES = 8;

/** Where the partitions were when so many answers had come. */
interface Note {
  readonly count: number;
  readonly positions: ReadonlyMap<number, number>;
}

/** How far the timestamps of a partition may be out of order. */
const DISORDER_MS = 1_000;

/**
 * Keeps the newest answers as they come from Kafka. Those from before the call are not among them.
 * @param most how many; 0 for none
 */
export async function followRecentAnswers(
  bus: Pick<Bus, 'follow' | 'tail'>,
  most: number,
  clock: Pick<Clock, 'now'>,
  onCrash: (error: unknown) => void,
): Promise<RecentAnswers> {
  if (most === 0) return NONE;
  const recent = createServedAnswers(most);
  const newest = new Map<number, AnsweredRequest>();
  /** Ends of what is not kept, by partition. */
  const before = new Map<number, number>();
  const taken = new Map<number, number>();
  let notes: Note[] = [];
  let count = 0;
  /**
   * The first request of each partition: what was answered to it in shadow may have come before the
   * call.
   */
  const firsts = new Map<number, number>();
  let lacks = Number.NEGATIVE_INFINITY;

  const raise = (partition: number, end: number) => {
    if (end > (before.get(partition) ?? 0)) before.set(partition, end);
  };
  const miss = ({ requestTime }: Pick<Answer, 'requestTime'>) => {
    lacks = Math.max(lacks, Math.min(requestTime, clock.now()) + DISORDER_MS);
  };
  const note = () => {
    notes.push({ count, positions: new Map(taken) });
    // What goes until the next note has come before the newest that are kept then.
    const gone = count + most / NOTES - most;
    while ((notes[0]?.count ?? gone) < gone) notes.shift();
    if (gone > 0) for (const [partition, end] of notes[0]?.positions ?? []) raise(partition, end);
  };
  const isFirst = ({ requestPartition, requestOffset }: Answer) => {
    if (!firsts.has(requestPartition)) firsts.set(requestPartition, requestOffset);
    return firsts.get(requestPartition) === requestOffset;
  };
  const take = (records: readonly BusRecord<'inference.predictions'>[]) => {
    const [first, last] = [records[0], records.at(-1)];
    if (first && first.offset < (taken.get(first.partition) ?? 0)) {
      // The topic was made anew: what is known of offsets is of the one before.
      before.delete(first.partition);
      notes = [];
    }
    const fresh: Answer[] = [];
    let served: BusRecord<'inference.predictions'> | undefined;
    for (const record of records) {
      const { partition, offset, value } = record;
      // An answer lies on the partition of its request; what says otherwise nobody has given.
      const isOwn = value.requestPartition === partition;
      if (isOwn && isFirst(value)) {
        raise(partition, offset + 1);
        miss(value);
      } else fresh.push(value);
      if (isOwn && value.role !== 'shadow') served = record;
    }
    recent.add(fresh);
    if (last) taken.set(last.partition, last.offset + 1);
    if (served) {
      const { requestOffset, requestTime } = served.value;
      newest.set(served.partition, { offset: requestOffset, time: Math.min(requestTime, clock.now()) });
    }
    count += records.length;
    if (count - (notes.at(-1)?.count ?? 0) >= most / NOTES) note();
  };

  const follower = await bus.follow('inference.predictions', take, {
    fromBeginning: false,
    paceMs: PACE_MS,
    onCrash,
  });
  for (const [partition, position] of follower.positions()) {
    raise(partition, position);
    for (const { value } of await bus.tail('inference.predictions', partition, 1)) miss(value);
  }
  return {
    find: recent.find,
    newest: () => newest,
    hasPassed: (ends) =>
      ends.every(({ partition, high }) => (follower.positions().get(partition) ?? 0) >= high),
    before: () => before,
    lacks: () => Math.max(lacks, recent.forgotten()),
    close: () => follower.close(),
  };
}

const NONE: RecentAnswers = {
  find: () => undefined,
  newest: () => new Map(),
  hasPassed: () => true,
  before: () => undefined,
  lacks: () => Number.POSITIVE_INFINITY,
  close: async () => undefined,
};
