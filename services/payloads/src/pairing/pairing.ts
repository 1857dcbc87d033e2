import type { BusRecord } from '@driftloop/bus';

/** A half as it lies on payload.events. */
export type HalfRecord = BusRecord<'payload.events'>;

/** Both halves of a call. */
export interface Pair {
  readonly request: HalfRecord;
  readonly response: HalfRecord;
}

/** What an event led to. */
export interface Taken {
  readonly pair?: Pair;
  /** Halves that have waited long enough by the log's time; oldest first. */
  readonly overdue: readonly HalfRecord[];
  /** Halves that are given up for want of room, those that waited longest; oldest first. */
  readonly crowded: readonly HalfRecord[];
}

/** Pairs the halves of one partition. Its state is a function of the records alone. */
export interface Pairing {
  /**
   * Takes the next record. One that was passed on before, or whose half is known, changes nothing
   * but the time.
   */
  take(record: HalfRecord): Taken;
  /**
   * Remembers a record whose fate an earlier process has settled, so that a repetition is known.
   */
  remember(record: HalfRecord): void;
  /** Offset of the oldest half that waits; undefined where none does. */
  oldestOpen(): number | undefined;
  /** Halves that wait. */
  readonly open: number;
  /** Records that changed nothing. */
  readonly repeated: number;
}

/** Bytes of halves that wait on one partition. */
export const ROOM_BYTES = 64 * 1024 * 1024;
/** What a half takes beside its body, amply. */
const RECORD_BYTES = 2_000;

/**
 * @param waitMs how long a half waits for the other, and a call is remembered, by the log's time
 * @param roomBytes of halves that wait: a logger that logs one half alone fills the memory of no
 *   process
 */
export function createPairing(waitMs: number, roomBytes = ROOM_BYTES): Pairing {
  let heldBytes = 0;
  const waiting = new Map<string, HalfRecord>();
  /** Halves that were taken, by when, oldest first. */
  const known = new Map<string, number>();
  /** How far each partition of each source topic was passed on: it is passed on in order. */
  const sources = new Map<string, number>();
  let now = 0;
  let repeated = 0;

  /** Whether this record is no repetition; it is one afterwards. */
  const isNew = ({ value, timestamp }: HalfRecord): boolean => {
    now = Math.max(now, timestamp);
    const { source, sourcePartition, sourceOffset } = value;
    if (source !== '') {
      const place = `${sourcePartition}/${source}`;
      if (sourceOffset <= (sources.get(place) ?? -1)) return false;
      sources.set(place, sourceOffset);
    }
    const half = halfKey(value);
    if (known.has(half)) return false;
    known.set(half, now);
    return true;
  };
  const forget = () => {
    for (const [half, at] of known) {
      if (now - at <= waitMs) break;
      known.delete(half);
    }
  };
  const takeOverdue = (): HalfRecord[] => {
    const overdue: HalfRecord[] = [];
    for (const [key, record] of waiting) {
      if (now - record.timestamp <= waitMs) break;
      leave(key, record);
      overdue.push(record);
    }
    return overdue;
  };
  const leave = (key: string, record: HalfRecord) => {
    waiting.delete(key);
    heldBytes -= bytesOf(record);
  };
  const makeRoom = (): HalfRecord[] => {
    const crowded: HalfRecord[] = [];
    for (const [key, record] of waiting) {
      if (heldBytes <= roomBytes) break;
      leave(key, record);
      crowded.push(record);
    }
    return crowded;
  };

  return {
    take(record) {
      const fresh = isNew(record);
      const overdue = takeOverdue();
      forget();
      if (!fresh) {
        repeated++;
        return { overdue, crowded: [] };
      }
      const key = callKey(record.value);
      const other = waiting.get(key);
      if (other === undefined) {
        waiting.set(key, record);
        heldBytes += bytesOf(record);
        return { overdue, crowded: makeRoom() };
      }
      leave(key, other);
      const [request, response] = record.value.half === 'request' ? [record, other] : [other, record];
      return { pair: { request, response }, overdue, crowded: [] };
    },
    remember(record) {
      isNew(record);
    },
    oldestOpen() {
      const [oldest] = waiting.values();
      return oldest?.offset;
    },
    get open() {
      return waiting.size;
    },
    get repeated() {
      return repeated;
    },
  };
}

/** Ids are free text: the length keeps model and id apart. */
function callKey({ model, callId }: HalfRecord['value']): string {
  return `${model.length}/${model}/${callId}`;
}

function bytesOf({ value }: HalfRecord): number {
  return value.body.length + RECORD_BYTES;
}

function halfKey(value: HalfRecord['value']): string {
  return `${value.half}/${callKey(value)}`;
}
