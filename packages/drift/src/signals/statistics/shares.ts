import type { OutputLayout } from '../../layout/output-layout.ts';
import { type CountPair, totalOf } from './counts.ts';

/** Ends a detail whose number is about what it names, and not about all shares together. */
export const ALONE = '; these alone';

/**
 * A bin that the reference cannot have rows in, and the share of rows that is expected in it all
 * the same.
 */
interface ExpectedShare {
  readonly bin: number;
  readonly share: number;
}

/**
 * Which share moved most, in words a person checks at a glance: "class 1 makes up 62 % of the
 * answers, 48 % in the reference". The part that chi-square owes most to is taken.
 *
 * @param parts name of each bin @param of what the shares are of
 */
export function largestMove(
  { reference, window }: CountPair,
  parts: readonly string[],
  of: string,
  expected: ExpectedShare = { bin: -1, share: 0 },
): string {
  const m = totalOf(reference);
  const n = totalOf(window);
  if (m === 0 || n === 0) return '';
  let most = -1;
  let words = '';
  parts.forEach((part, i) => {
    const isExpected = i === expected.bin && expected.share > 0;
    const before = isExpected ? expected.share : (reference[i] ?? 0) / m;
    const now = (window[i] ?? 0) / n;
    const pooled = (before * m + now * n) / (m + n);
    const weight = pooled > 0 ? (now - before) ** 2 / pooled : 0;
    if (weight <= most) return;
    most = weight;
    words = `${part} makes up ${percent(now)} of ${of}, ${percent(before)} ${isExpected ? 'expected' : 'in the reference'}`;
  });
  return words;
}

/** What the bins of a classification are called: one per class, and one for whatever else came. */
export function classParts({ classes, classNames }: Pick<OutputLayout, 'classes' | 'classNames'>): string[] {
  return [...Array.from({ length: classes }, (_, i) => `class ${classNames?.[i] ?? i}`), 'no known class'];
}

/** A share with as many digits as tell it from none and from all. */
export function percent(share: number): string {
  const value = 100 * share;
  const isNearEnd = (value > 0 && value < 1) || (value > 99 && value < 100);
  // Nothing is less than nothing: no -0.
  const whole = Number(value.toFixed(0)) + 0;
  return `${isNearEnd ? Number(value.toPrecision(value < 1 ? 1 : 3)) : whole} %`;
}
