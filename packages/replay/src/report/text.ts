/** Text within HTML: what people named may hold signs of markup. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** A day and an hour, for people. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}

const UNITS: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
];

/** How long, in the largest unit that fits: `4.2 d`. */
export function durationText(ms: number): string {
  const [unit, size] = UNITS.find(([, size]) => Math.abs(ms) >= size) ?? ['ms', 1];
  return `${(ms / size).toLocaleString('en', { maximumFractionDigits: 1 })} ${unit}`;
}

/** A share as a percentage, any other number with three places. */
export function scoreText(value: number | null, isShare: boolean): string {
  if (value === null) return '–';
  return isShare ? `${(100 * value).toFixed(2)} %` : value.toPrecision(4);
}
