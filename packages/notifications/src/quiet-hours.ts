const PATTERN = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/;

/** Quiet hours as minutes of the day; undefined where a text is none. They may go over midnight. */
export function parseQuietHours(text: string): { readonly from: number; readonly to: number } | undefined {
  const found = PATTERN.exec(text);
  if (!found) return undefined;
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = found.slice(1).map(Number);
  const from = 60 * fromHour + fromMinute;
  const to = 60 * toHour + toMinute;
  return from === to ? undefined : { from, to };
}

/** Whether a time zone is known here, by its IANA name. */
export function isTimeZone(name: string): boolean {
  try {
    clockOf(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether a time lies in quiet hours, by the wall clock of their time zone, summer time included:
 * from the first minute inclusive to the last exclusive.
 *
 * @param at epoch ms
 */
export function isQuiet(
  { quietHours, timeZone }: { readonly quietHours: string; readonly timeZone: string },
  at: number,
): boolean {
  const hours = parseQuietHours(quietHours);
  if (!hours) return false;
  const minute = minuteOf(at, timeZone);
  const { from, to } = hours;
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  clocks.set(timeZone, made);
  return made;
}

function minuteOf(at: number, timeZone: string): number {
  const parts = new Map(
    clockOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  return 60 * (parts.get('hour') ?? 0) + (parts.get('minute') ?? 0);
}
