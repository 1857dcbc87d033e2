import { createRandom, type Random } from '@driftloop/stats';
import { type InputLog, type InputRecord, labelRecord, requestRecord } from '../live/input-log.ts';
import { type LogClock, logClock } from './log-clock.ts';
import { type Subject, subjects } from './models.ts';

/** What the fixed log is a function of. */
export interface FixedLogOptions {
  readonly seed: number;
  /** Requests. */
  readonly rows: number;
  /** Kafka timestamp of the first record, epoch milliseconds. */
  readonly startMs: number;
}

/** Every tenth row is of the slow model, but for a long stretch in which there is none. */
const SPARSE_EVERY = 10;
const SPARSE_ABSENT = { from: 0.3, to: 0.6 };
/** Here rows come out of the order of their event time, by less than the allowed lateness. */
const DISORDER = { from: 0.15, to: 0.25 };
/** Here producers' clocks disagree: Kafka timestamps go back by up to so much. */
const SKEWED_CLOCKS = { from: 0.85, to: 0.9, mostMs: 150 };
/**
 * Rows with a wrong event time, each alone among right ones; every other one lies ahead, the rest
 * behind.
 */
const WRONG_TIMES = { swift: 12, sparse: 6 };
const SWIFT_AHEAD_MS = 23 * 3_600_000;
const SWIFT_BEHIND_WINDOWS = 40;
const SPARSE_OFF_WINDOWS = 20;

/** Kinds of labels, by the number of their row: one in `every`, at `at`. */
const NEVER = { every: 33, at: 7 };
const EARLY = { every: 97, at: 13, leastMs: 200, mostMs: 3_000 };
/** Its window has long closed by what came on its own partition. */
const LATE = { every: 211, at: 5, windows: 8 };
const TWICE = { every: 89, at: 3, mostMs: 2_000 };
/** Its id is the one of the request so many of its model before. */
const REUSED = { every: 157, at: 31, rowsBefore: 1_000 };
const UNKNOWN_EVERY_TICKS = 193;
const LABEL_DELAY_MS = { swift: 6_000, sparse: 4_000 };
const LABEL_JITTER_MS = { swift: 1_000, sparse: 300 };
/** Labels that are due then are held back until `until`, and come in their order, in a rush. */
const LABELS_HELD = { from: 0.5, until: 0.58, to: 0.6 };
/** How much faster the event time of the slow model is than the log. */
const SPARSE_INTERVAL_MS = 1_800_000;

interface Due {
  readonly dueMs: number;
  readonly record: InputRecord;
}

/**
 * The log that all runs are given: a fast and a slow model in units of their own on the same
 * topics, with gaps in event time and in log time, a stretch of disorder, single wrong event times,
 * skewed producer clocks, ids that are used again, one model absent for long, and labels that come
 * early, late, twice, never, in a rush, or about nothing. The same options give the same records.
 */
export function fixedLog(options: FixedLogOptions): InputLog {
  const { rows, startMs } = options;
  const clock = logClock(rows, startMs);
  const random = createRandom(options.seed);
  const [swift, sparse] = subjects(startMs);
  const due: Due[] = [];
  const swiftRows = rowsOf(swift, random.fork('swift'), clock, due, swiftTime(swift, clock, rows));
  const sparseRows = rowsOf(sparse, random.fork('sparse'), clock, due, sparseTime(sparse, rows));
  for (let tick = 0; tick < rows; tick++) {
    const phase = tick / rows;
    const isSparse = tick % SPARSE_EVERY === 0 && !isWithin(phase, SPARSE_ABSENT);
    (isSparse ? sparseRows : swiftRows).add(tick, phase);
    if (tick % UNKNOWN_EVERY_TICKS !== 0) continue;
    const requestId = `swift-unknown-${tick}`;
    const dueMs = clock.at(tick) + 1;
    due.push({
      dueMs,
      record: labelRecord({ requestId, model: 'swift', label: 1, eventTime: dueMs }, dueMs),
    });
  }
  // Both topics end together: what closes a window of labels is judged once the requests have come
  // as far.
  const endMs = clock.at(rows - 1);
  const skew = random.fork('producer clocks');
  const records = due
    .filter(({ dueMs }) => dueMs <= endMs)
    .map((entry, order) => ({ ...entry, order }))
    .sort((a, b) => a.dueMs - b.dueMs || a.order - b.order)
    .map(({ record }, index, all) =>
      isWithin(index / all.length, SKEWED_CLOCKS)
        ? { ...record, timestamp: record.timestamp - skew.integer(SKEWED_CLOCKS.mostMs) }
        : record,
    );
  return { specs: [swift.spec, sparse.spec], records };
}

type EventTimeOf = (tick: number, phase: number, random: Random) => number;

/** Event times follow the log's, less what rows take to arrive. */
function swiftTime({ spec }: Subject, clock: LogClock, rows: number): EventTimeOf {
  const wrong = wrongTicks(rows, WRONG_TIMES.swift, 1);
  const { lengthMs, allowedLatenessMs } = spec.window;
  return (tick, phase, random) => {
    const disorderMs = isWithin(phase, DISORDER) ? random.integer(Math.floor(allowedLatenessMs * 0.6)) : 0;
    const eventTime = clock.at(tick) - clock.lagMs(tick) - random.integer(10) - disorderMs;
    const nth = wrong.get(tick);
    if (nth === undefined) return eventTime;
    return nth % 2 === 0 ? eventTime + SWIFT_AHEAD_MS : eventTime - SWIFT_BEHIND_WINDOWS * lengthMs;
  };
}

/** Event times go on by half an hour per row, also while there are none. */
function sparseTime({ spec, startMs }: Subject, rows: number): EventTimeOf {
  const wrong = wrongTicks(rows, WRONG_TIMES.sparse, 0);
  const { lengthMs, allowedLatenessMs } = spec.window;
  return (tick, phase, random) => {
    const disorderMs = isWithin(phase, DISORDER) ? random.integer(Math.floor(allowedLatenessMs * 0.6)) : 0;
    const eventTime = startMs + (tick / SPARSE_EVERY) * SPARSE_INTERVAL_MS - disorderMs;
    const nth = wrong.get(tick);
    if (nth === undefined) return eventTime;
    return eventTime + (nth % 2 === 0 ? 1 : -1) * SPARSE_OFF_WINDOWS * lengthMs;
  };
}

/** Ticks of the rows with a wrong event time, evenly spread, and which one each is. */
function wrongTicks(rows: number, count: number, residue: number): ReadonlyMap<number, number> {
  const ticks = Array.from({ length: count }, (_, nth) => {
    const tick = Math.floor(((nth + 1) * rows) / (count + 1));
    return [tick - (tick % SPARSE_EVERY) + residue, nth] as const;
  });
  return new Map(ticks);
}

/** The requests of one model with what becomes of their labels. */
function rowsOf(subject: Subject, random: Random, clock: LogClock, due: Due[], eventTimeOf: EventTimeOf) {
  const { model, window, task } = subject.spec;
  const name = model === 'swift' ? 'swift' : 'sparse';
  /** How much later in event time is what comes a millisecond later in the log. */
  const unit = name === 'swift' ? 1 : SPARSE_INTERVAL_MS / (SPARSE_EVERY * clock.tickMs);
  const lateMs = (LATE.windows * window.lengthMs) / unit;
  let row = 0;
  return {
    add(tick: number, phase: number): void {
      const isReused = row % REUSED.every === REUSED.at && row >= REUSED.rowsBefore;
      const number = isReused ? row - REUSED.rowsBefore : row;
      const requestId = `${model}-${String(number).padStart(7, '0')}`;
      const at = clock.at(tick);
      const features = subject.features(random, phase);
      const eventTime = eventTimeOf(tick, phase, random);
      due.push({ dueMs: at, record: requestRecord({ requestId, model, eventTime, features }, at) });
      const truth = subject.truth(random, features, phase);
      const label = (value: number, dueMs: number): void => {
        const known = eventTime + Math.round((dueMs - at) * unit);
        due.push({
          dueMs,
          record: labelRecord({ requestId, model, label: value, eventTime: known }, dueMs),
        });
      };
      const usual = at + LABEL_DELAY_MS[name] + random.integer(LABEL_JITTER_MS[name]);
      const early = at - EARLY.leastMs - random.integer(EARLY.mostMs - EARLY.leastMs);
      const again = random.integer(TWICE.mostMs);
      const isKind = ({ every, at: residue }: { every: number; at: number }) => row % every === residue;
      row += 1;
      if (isKind(NEVER)) return;
      const first = held(clock, isKind(EARLY) ? early : isKind(LATE) ? usual + Math.round(lateMs) : usual);
      label(truth, first);
      // The first label holds, so another truth in the second one must not show.
      if (isKind(TWICE)) label(task === 'regression' ? truth + 1 : 1 - truth, first + again);
    },
  };
}

/**
 * When a label comes that is due at a time: the same, but for the stretch in which labels are held
 * back.
 */
function held(clock: LogClock, dueMs: number): number {
  const [from, until, to] = [LABELS_HELD.from, LABELS_HELD.until, LABELS_HELD.to].map(clock.atPhase);
  if (from === undefined || until === undefined || to === undefined) return dueMs;
  if (dueMs < from || dueMs > to) return dueMs;
  return Math.round(until + ((dueMs - from) * (to - until)) / (to - from));
}

function isWithin(phase: number, range: { readonly from: number; readonly to: number }): boolean {
  return phase >= range.from && phase < range.to;
}
