import type { Bus, BusRecord } from '@driftloop/bus';
import { createServedAnswers, type ServedAnswers } from '@driftloop/spec';

/** The newest answers. */
export interface RecentAnswers extends Pick<ServedAnswers, 'find'> {
  /**
   * By partition of requests: the one that was answered last, and its Kafka timestamp, epoch ms.
   */
  newest(): ReadonlyMap<number, { readonly offset: number; readonly time: number }>;
  /** Whether everything before these ends of inference.predictions has been taken in. */
  hasPassed(ends: readonly { readonly partition: number; readonly high: number }[]): boolean;
  /**
   * By partition of inference.predictions, an offset before which all answers lie that are not kept
   * here; undefined where none is kept.
   */
  before(): ReadonlyMap<number, number> | undefined;
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

/**
 * Keeps the newest answers as they come from Kafka. Those from before the call are not among them.
 * @param most how many; 0 for none
 */
export async function followRecentAnswers(
  bus: Pick<Bus, 'follow'>,
  most: number,
  onCrash: (error: unknown) => void,
): Promise<RecentAnswers> {
  if (most === 0) return NONE;
  const recent = createServedAnswers(most);
  const newest = new Map<number, { offset: number; time: number }>();
  /** Ends of what is not kept, by partition. */
  const before = new Map<number, number>();
  const taken = new Map<number, number>();
  const notes: Note[] = [];
  let count = 0;
  /**
   * The first request of each partition: what was answered to it in shadow may have come before the
   * call.
   */
  const firsts = new Map<number, number>();

  const raise = (partition: number, end: number) => {
    if (end > (before.get(partition) ?? 0)) before.set(partition, end);
  };
  const note = () => {
    notes.push({ count, positions: new Map(taken) });
    // What goes until the next note has come before the newest that are kept then.
    const gone = count + most / NOTES - most;
    while ((notes[0]?.count ?? gone) < gone) notes.shift();
    if (gone > 0) for (const [partition, end] of notes[0]?.positions ?? []) raise(partition, end);
  };
  const take = (records: readonly BusRecord<'inference.predictions'>[]) => {
    for (const { partition, offset, value } of records) {
      const { requestPartition, requestOffset, requestTime, role } = value;
      if (!firsts.has(requestPartition)) firsts.set(requestPartition, requestOffset);
      if (firsts.get(requestPartition) === requestOffset) raise(partition, offset + 1);
      else recent.add([value]);
      if (role !== 'shadow') newest.set(requestPartition, { offset: requestOffset, time: requestTime });
      taken.set(partition, offset + 1);
    }
    count += records.length;
    if (count - (notes.at(-1)?.count ?? 0) >= most / NOTES) note();
  };

  const follower = await bus.follow('inference.predictions', take, {
    fromBeginning: false,
    paceMs: PACE_MS,
    onCrash,
  });
  for (const [partition, position] of follower.positions()) raise(partition, position);
  return {
    find: recent.find,
    newest: () => newest,
    hasPassed: (ends) =>
      ends.every(({ partition, high }) => (follower.positions().get(partition) ?? 0) >= high),
    before: () => before,
    close: () => follower.close(),
  };
}

const NONE: RecentAnswers = {
  find: () => undefined,
  newest: () => new Map(),
  hasPassed: () => true,
  before: () => undefined,
  close: async () => undefined,
};
