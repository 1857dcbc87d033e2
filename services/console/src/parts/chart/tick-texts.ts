/** Between ticks farther apart days suffice. */
const DAY_S = 86_400;

/**
 * Names of moments along an axis: the time of day, and the day below it where it is a new one; days
 * alone where they lie apart. Pure.
 *
 * @param ticks epoch seconds, ascending
 */
export function tickTexts(ticks: readonly number[], zone?: string): string[] {
  const place = zone === undefined ? {} : { timeZone: zone };
  const [first = 0, second = first] = ticks;
  const year = new Intl.DateTimeFormat('en-GB', { year: 'numeric', ...place });
  const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', ...place });
  const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', ...place });
  let [dayBefore, yearBefore] = ['', ''];
  return ticks.map((tick) => {
    const at = 1_000 * tick;
    const [days, years] = [day.format(at), year.format(at)];
    const isNewDay = days !== dayBefore;
    const isNewYear = years !== yearBefore;
    [dayBefore, yearBefore] = [days, years];
    const withYear = isNewYear ? `${days}\n${years}` : days;
    if (second - first >= DAY_S) return withYear;
    return isNewDay ? `${clock.format(at)}\n${days}` : clock.format(at);
  });
}
