/** What a rule says of how often it tells something. */
export interface Pace {
  readonly groupBy: string;
  readonly groupSeconds: number;
  readonly cooldownSeconds: number;
  readonly mostPerHour: number;
  readonly quietHours: string;
  readonly timeZone: string;
}

/** How often a rule tells something, in words. Pure. */
export function pacePhrase({
  groupBy,
  groupSeconds,
  cooldownSeconds,
  mostPerHour,
  quietHours,
  timeZone,
}: Pace): string {
  const each = groupBy === 'rule' ? 'all together' : 'each model by itself';
  const quiet = quietHours === '' ? '' : `, quiet ${quietHours} ${timeZone}`;
  return `${each}, after ${span(groupSeconds)}, every ${span(cooldownSeconds)} at most, ${mostPerHour} an hour${quiet}`;
}

function span(seconds: number): string {
  if (seconds > 0 && seconds % 3_600 === 0) return `${seconds / 3_600} h`;
  if (seconds > 0 && seconds % 60 === 0) return `${seconds / 60} min`;
  return `${seconds} s`;
}
