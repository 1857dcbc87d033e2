/** A point in time as a text says it. */
export interface TimeText {
  readonly year: number;
  /** The two numbers of a date whose order is not known, or month and day of one that is. */
  readonly first: number;
  readonly second: number;
  readonly order: 'known' | 'open';
  /** Milliseconds of the day. */
  readonly ofDay: number;
  /** Minutes east of UTC; undefined where the text names no zone. */
  readonly zone: number | undefined;
}

const CLOCK = String.raw`(?:[T ]\s?(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?([AaPp][Mm])?\s?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?`;
/** 2014-01-31, 2014/01/31, with T or a space before the clock. */
const YEAR_FIRST = new RegExp(String.raw`^(\d{4})([-/])(\d\d?)\2(\d\d?)${CLOCK}$`);
/** 31.01.2014: day, month, year wherever points are used. */
const DOTTED = new RegExp(String.raw`^(\d\d?)\.(\d\d?)\.(\d{4}),?${CLOCK}$`);
/** 01/31/2014 or 31/01/2014: who wrote it knows. */
const YEAR_LAST = new RegExp(String.raw`^(\d\d?)([-/])(\d\d?)\2(\d{4}),?${CLOCK}$`);

/** Reads a date or a time; undefined for a text that is none. */
export function parseTimeText(text: string): TimeText | undefined {
  // Most texts are none, and are seen to be by their first character.
  if (!/^\d/.test(text)) return undefined;
  const iso = YEAR_FIRST.exec(text);
  if (iso) return build(iso[1], iso[3], iso[4], 'known', iso.slice(5));
  const dotted = DOTTED.exec(text);
  if (dotted) return build(dotted[3], dotted[2], dotted[1], 'known', dotted.slice(4));
  const open = YEAR_LAST.exec(text);
  return open ? build(open[4], open[1], open[3], 'open', open.slice(5)) : undefined;
}

/** Epoch milliseconds of a date; NaN for one that the calendar has not. */
export function timeOf({ year, ofDay, zone = 0 }: TimeText, month: number, day: number): number {
  const midnight = Date.UTC(year, month - 1, day);
  const date = new Date(midnight);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return Number.NaN;
  return midnight + ofDay - zone * 60_000;
}

function build(
  year: string | undefined,
  first: string | undefined,
  second: string | undefined,
  order: TimeText['order'],
  clock: readonly (string | undefined)[],
): TimeText | undefined {
  const ofDay = millisecondsOf(clock);
  if (ofDay === undefined) return undefined;
  const time = { year: Number(year), first: Number(first), second: Number(second), order, ofDay };
  return { ...time, zone: zoneOf(clock[5]) };
}

function millisecondsOf([hour, minute, second, fraction, half]: readonly (string | undefined)[]):
  | number
  | undefined {
  if (hour === undefined) return 0;
  const given = Number(hour);
  if (half !== undefined && (given < 1 || given > 12)) return undefined;
  const hours = half === undefined ? given : (given % 12) + (/p/i.test(half) ? 12 : 0);
  const minutes = Number(minute);
  const seconds = Number(second ?? 0);
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  return ((hours * 60 + minutes) * 60 + seconds) * 1_000 + Math.floor(Number(`0.${fraction ?? 0}`) * 1_000);
}

function zoneOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const match = /^([+-])(\d\d):?(\d\d)?$/.exec(text);
  if (!match) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return match[1] === '-' ? -minutes : minutes;
}
