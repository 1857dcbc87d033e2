import type { Bus, BusRecord } from '@driftloop/bus';
import { type InputFacts, timeAhead } from '@driftloop/drift';
import type { DriftSketch, Signal, TopicName } from '@driftloop/schemas';
import type { Clock } from '@driftloop/service';

/** What the broker says of the input topics of the three signals. */
export interface InputTopics {
  /**
   * As of after these records were read. The broker is asked only where a record tells of something
   * that was not there when it was asked last, or of a time after that: there may be more
   * partitions by then.
   */
  after(records: readonly BusRecord<'drift.sketches'>[]): Promise<Readonly<Record<Signal, InputFacts>>>;
}

/** The topic that a signal reads, and the one whose timestamps place its records in the log. */
const TOPICS: Readonly<Record<Signal, { readonly read: TopicName; readonly timedBy: TopicName }>> = {
  data: { read: 'inference.requests', timedBy: 'inference.requests' },
  prediction: { read: 'inference.predictions', timedBy: 'inference.requests' },
  concept: { read: 'inference.labels', timedBy: 'inference.labels' },
};
const SIGNALS = Object.keys(TOPICS) as Signal[];
const UNKNOWN: InputFacts = { topicId: '', ends: [], isAppendTime: false };
/**
 * How long a broker may not know yet what another one does, ms: what is not there is looked for
 * twice.
 */
const HEARSAY_MS = 1_000;
/** Least time between two looks for partitions that may have come, ms. */
const LOOK_MS = 1_000;
/** For how long what was looked for twice is not waited for again, ms. */
const PATIENCE_MS = 30_000;

/** Asks the bus. */
export function createInputTopics(
  bus: Pick<Bus, 'offsets' | 'offsetsAt' | 'topicId' | 'isAppendTime'>,
  clock: Clock,
): InputTopics {
  const facts: Record<Signal, InputFacts> = { data: UNKNOWN, prediction: UNKNOWN, concept: UNKNOWN };
  const waitedAt = new Map<Signal, number>();
  const askedAt = new Map<Signal, { readonly now: number; readonly monotonicMs: number }>();

  const ask = async (signal: Signal): Promise<InputFacts> => {
    const { read, timedBy } = TOPICS[signal];
    askedAt.set(signal, { now: clock.now(), monotonicMs: clock.monotonicMs() });
    const isAppendTime =
      facts[signal] === UNKNOWN ? await bus.isAppendTime(timedBy) : facts[signal].isAppendTime;
    const topicId = (await bus.topicId(read)) ?? '';
    const offsets = await bus.offsets(read);
    const ends: number[] = [];
    for (const { partition, high } of offsets) ends[partition] = high;
    return { topicId, ends, isAppendTime };
  };
  /** Whether a note lets windows close at a time for which nobody has looked yet. */
  const isOld = (signal: Signal, own: readonly DriftSketch[]) => {
    const asked = askedAt.get(signal);
    if (!asked || clock.monotonicMs() - asked.monotonicMs < LOOK_MS) return false;
    return own.some(({ clocks }) => clocks.some(({ time }) => time > asked.now));
  };
  /**
   * The latest of these times, ascending, that a record has, or one after it; undefined for none.
   */
  const latestShown = async (signal: Signal, times: readonly number[]): Promise<number | undefined> => {
    const { timedBy } = TOPICS[signal];
    let [from, to] = [0, times.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      const ends = new Map((await bus.offsets(timedBy)).map(({ partition, high }) => [partition, high]));
      const at = await bus.offsetsAt(timedBy, times[middle] ?? 0);
      if (at.some(({ partition, offset }) => offset < (ends.get(partition) ?? 0))) from = middle + 1;
      else to = middle;
    }
    return times[from - 1];
  };
  /** Looks whether the input has times as late as are told. */
  const lookAhead = async (signal: Signal, records: readonly BusRecord<'drift.sketches'>[]) => {
    const { isAppendTime, newest = Number.NEGATIVE_INFINITY } = facts[signal];
    if (isAppendTime) return;
    const ahead = records.flatMap(({ value, timestamp }) =>
      value.signal === signal ? (timeAhead(value, timestamp) ?? []) : [],
    );
    const unknown = [...new Set(ahead)].filter((time) => time > newest).sort((a, b) => a - b);
    if (unknown.length === 0) return;
    const shown = (await latestShown(signal, unknown)) ?? Number.MIN_SAFE_INTEGER;
    facts[signal] = { ...facts[signal], newest: Math.max(newest, shown) };
  };
  const look = async (signal: Signal, records: readonly BusRecord<'drift.sketches'>[]) => {
    const own = records.flatMap(({ value }) => (value.signal === signal ? [value] : []));
    const isShort = () => own.some((sketch) => goesBeyond(sketch, facts[signal]));
    if (!isShort() && !isOld(signal, own)) return;
    facts[signal] = await ask(signal);
    const hasWaited = clock.monotonicMs() - (waitedAt.get(signal) ?? Number.NEGATIVE_INFINITY);
    if (!isShort() || hasWaited < PATIENCE_MS) return;
    waitedAt.set(signal, clock.monotonicMs());
    await clock.sleep(HEARSAY_MS);
    facts[signal] = await ask(signal);
  };
  return {
    async after(records) {
      for (const signal of SIGNALS) {
        await look(signal, records);
        await lookAhead(signal, records);
      }
      return { ...facts };
    },
  };
}

/** Whether a record tells of more than is known. */
function goesBeyond(
  { model, partition, chunkEnd, clocks, partitions, topicId }: BusRecord<'drift.sketches'>['value'],
  { topicId: known, ends }: InputFacts,
): boolean {
  const isBeyond = (index: number, end: number) => {
    const last = ends[index];
    return index >= 0 && (last === undefined || end > last);
  };
  if (topicId !== '' && topicId !== known) return true;
  if (clocks.length > 0)
    return partitions > ends.length || clocks.some((clock) => isBeyond(clock.partition, clock.end));
  return model !== '' && isBeyond(partition, chunkEnd);
}
