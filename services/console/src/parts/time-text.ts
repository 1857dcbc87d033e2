const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/**
 * A length of time in its largest unit, one digit after the point below ten.
 * @param ms 0 or more
 */
export function duration(ms: number): string {
  for (const [unit, size] of UNITS) {
    if (ms < size) continue;
    const value = ms / size;
    return `${value < 10 && unit !== 's' ? Number(value.toFixed(1)) : Math.round(value)} ${unit}`;
  }
  return `${Math.max(0, Math.round(ms))} ms`;
}

/** How long ago something was. @param ms how long; clocks of two machines may make it negative */
export function ago(ms: number): string {
  return ms < 1_000 ? 'now' : `${duration(ms)} ago`;
}

/** A moment to the minute in the reader's zone; to the second within a minute of another. */
export function momentText(at: number, zone?: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    dateStyle: 'medium',
    timeStyle: 'short',
    ...(zone === undefined ? {} : { timeZone: zone }),
  }).format(at);
}

/** A span of event time, its day said once where both are on the same. */
export function spanText(from: number, to: number, zone?: string): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    dateStyle: 'medium',
    timeStyle: 'short',
    ...(zone === undefined ? {} : { timeZone: zone }),
  });
  return format.formatRange(from, to);
}

/** What nobody limits goes from 1970 to here: event times end in 2299. */
const OPEN_END = Date.UTC(2299, 0, 1);

/** Rows of a span of event time, both of whose ends may be open. */
export function rowsText(from: number, to: number, zone?: string): string {
  return from <= 0 && to >= OPEN_END ? 'All rows' : `Rows of ${spanText(from, to, zone)}`;
}

/**
 * A moment as a field of a form has it, in the reader's zone; empty for none.
 * @param at epoch ms
 */
export function fieldTime(at: number | undefined): string {
  if (at === undefined) return '';
  const local = new Date(at - 60_000 * new Date(at).getTimezoneOffset());
  return local.toISOString().slice(0, 16);
}

/** A span by what the fields of its ends say; one that says nothing leaves its end open. */
export function spanOfFields(from: string, to: string): { readonly from?: number; readonly to?: number } {
  const [begin, end] = [timeOfField(from), timeOfField(to)];
  return { ...(begin === undefined ? {} : { from: begin }), ...(end === undefined ? {} : { to: end }) };
}

/** The moment that a field of a form says, epoch ms; undefined where it says none. */
function timeOfField(text: string): number | undefined {
  const at = new Date(text).getTime();
  return Number.isNaN(at) ? undefined : at;
}
