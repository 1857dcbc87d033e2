import { LAG_BINS, lagOfBin } from '../layout/fault-layout.ts';
import { shapeOf } from '../layout/input-layout.ts';
import { type Fault, percent } from './fault.ts';
import { type FaultWindow, shareOf, total } from './fault-window.ts';

/** A window with what its event times say. */
export interface TimedWindow extends FaultWindow {
  /** Event times, ms; end exclusive. */
  readonly start: number;
  readonly end: number;
  /**
   * Rows that came too late for a window, and rows left out since they lay too far ahead, so far.
   */
  readonly late?: number;
  readonly ahead?: number;
}

/** What is remembered of a version's windows, newest last. JSON. */
export interface TimeMemory {
  readonly end: number;
  /** Rows per window's length. */
  readonly rates: readonly number[];
  /** The longest time without a window so far, ms. */
  readonly longestGap: number;
  readonly late: number;
  readonly ahead: number;
  /** Windows in a row that showed a fault. */
  readonly faulty: number;
  /** Of each window the bins of lags that most rows are in: lowest and highest. */
  readonly lags: readonly (readonly [number, number])[];
}

/** Windows that are remembered, and those that are needed to say what is usual. */
const REMEMBERED = 12;
const NEEDED = 4;
/** Windows in a row with a fault after which what is usual is learnt anew. */
const STANDING = 6;

/**
 * What a window's event times say, beside those of the windows before it: a clock that is wrong, or
 * else a gap.
 */
export function timeFaults(
  window: TimedWindow,
  memory: TimeMemory | undefined,
): { readonly clock: Fault[]; readonly gap: Fault[]; readonly memory: TimeMemory } {
  const clock = memory ? clockFaults(window, memory) : [];
  const gap = memory && clock.length === 0 ? gapFaults(window, memory) : [];
  return { clock, gap, memory: remember(window, memory, clock.length + gap.length > 0) };
}

function remember(window: TimedWindow, memory: TimeMemory | undefined, isFault: boolean): TimeMemory {
  const { start, end, n, late = 0, ahead = 0 } = window;
  const faulty = isFault ? (memory?.faulty ?? 0) + 1 : 0;
  // What does not go away is what is usual now.
  const isUsual = faulty >= STANDING;
  const kept = <T>(known: readonly T[] | undefined, next: T): readonly T[] => {
    if (isUsual) return [next];
    return isFault ? (known ?? []) : [...(known ?? []), next].slice(-REMEMBERED);
  };
  return {
    end: Math.max(end, memory?.end ?? end),
    rates: kept(memory?.rates, n / (end - start)),
    longestGap: Math.max(memory?.longestGap ?? 0, memory ? start - memory.end : 0),
    late,
    ahead,
    faulty: isUsual ? 0 : faulty,
    lags: kept(memory?.lags, usualLags(lagsOf(window))),
  };
}

/** Share of rows with times that do not fit from which on the clock is wrong. */
const LEAST_SHARE = 0.1;

function clockFaults(window: TimedWindow, memory: TimeMemory): Fault[] {
  if (memory.rates.length < NEEDED) return [];
  const missed = (window.late ?? 0) - memory.late + (window.ahead ?? 0) - memory.ahead;
  const missedShare = shareOf(missed, missed + window.n);
  if (missed >= 8 && missedShare >= LEAST_SHARE) {
    const text = `${percent(missedShare)} of the rows bear times of windows long closed or far ahead: a clock is wrong, or rows were held back`;
    return [{ columns: [], share: missedShare, text }];
  }
  const lags = lagsOf(window);
  const rows = total(lags);
  const stray = strayLag(lags, memory.lags);
  if (stray === undefined || rows === 0) return [];
  const share = stray.rows / rows;
  if (stray.rows < 8 || share < LEAST_SHARE) return [];
  const text = `event times of ${percent(share)} of the rows lie about ${durationText(lagOfBin(stray.bin))} the log, which they did not: a clock is wrong`;
  return [{ columns: [], share, text }];
}

/** Bins from the usual ones from which on a lag is another. */
const APART = 2;
/** Most bins that the lags of one wrong clock take: rows that were held back spread over more. */
const ONE_CLOCK = 3;

/** The lag of rows that have one that no window before had. */
function strayLag(
  lags: readonly number[],
  before: readonly (readonly [number, number])[],
): { bin: number; rows: number } | undefined {
  const low = Math.min(...before.map(([lowest]) => lowest));
  const high = Math.max(...before.map(([, highest]) => highest));
  // Of a log that is read faster than it was written lags change all the time.
  const newest = before.at(-1);
  if (before.length < NEEDED || !newest || Math.abs(newest[1] - (before.at(-NEEDED)?.[1] ?? 0)) > APART)
    return undefined;
  const strays = lags.map((rows, bin) => (bin < low - APART || bin > high + APART ? rows : 0));
  const bin = strays.indexOf(Math.max(...strays));
  const near = strays.slice(Math.max(0, bin - ONE_CLOCK + 1), bin + ONE_CLOCK);
  const rows = total(near);
  return rows > 0 && rows >= 0.8 * total(strays) ? { bin, rows } : undefined;
}

function lagsOf({ profile, content }: FaultWindow): number[] {
  const { faults } = shapeOf(profile.layout);
  return faults ? Array.from(content.subarray(faults.lags, faults.lags + LAG_BINS)) : [];
}

/** Bins between which all but the outermost hundredths of the rows lie. */
function usualLags(lags: readonly number[]): readonly [number, number] {
  const rows = total(lags);
  let passed = 0;
  let low = 0;
  let high = 0;
  lags.forEach((count, bin) => {
    if (count === 0) return;
    if (passed <= 0.02 * rows) low = bin;
    if (passed < 0.98 * rows) high = bin;
    passed += count;
  });
  return [low, high];
}

/** Part of the usual rows below which a window has a gap. */
const HALF = 0.5;

function gapFaults({ start, end, n }: TimedWindow, { rates, longestGap, ...memory }: TimeMemory): Fault[] {
  if (rates.length < NEEDED) return [];
  const usual = [...rates].sort((a, b) => a - b);
  const typical = usual[usual.length >> 1] ?? 0;
  const without = start - memory.end;
  const lost = without * typical;
  if (without > 0 && without > 2 * longestGap && lost >= 20) {
    const text = `no rows came for ${spanText(without)}, in which about ${Math.round(lost).toLocaleString('en-US')} are usual`;
    return [{ columns: [], share: 1, text }];
  }
  const expected = typical * (end - start);
  const least = (usual[0] ?? 0) * (end - start);
  if (n >= HALF * least || n > expected - 6 * Math.sqrt(expected)) return [];
  const share = 1 - n / expected;
  const text = `${n.toLocaleString('en-US')} rows came where about ${Math.round(expected).toLocaleString('en-US')} are usual`;
  return [{ columns: [], share, text }];
}

function durationText(lagMs: number): string {
  return `${spanText(Math.abs(lagMs))} ${lagMs < 0 ? 'ahead of' : 'behind'}`;
}

function spanText(ms: number): string {
  const units: readonly [string, number][] = [
    ['days', 86_400_000],
    ['hours', 3_600_000],
    ['minutes', 60_000],
    ['seconds', 1000],
  ];
  const [name, size] = units.find(([, one]) => ms >= 2 * one) ?? ['ms', 1];
  return `${Number((ms / size).toPrecision(2))} ${name}`;
}
