import { type CountPair, totalOf } from './counts.ts';

/**
 * Which share moved most, in words a person checks at a glance: "class 1 makes up 62 % of the answers, 48 % in the reference". The part that
 * chi-square owes most to is taken.
 *
 * @param parts name of each bin @param of what the shares are of
 */
export function largestMove({ reference, window }: CountPair, parts: readonly string[], of: string): string {
  const m = totalOf(reference);
  const n = totalOf(window);
  if (m === 0 || n === 0) return '';
  let most = -1;
  let words = '';
  parts.forEach((part, i) => {
    const before = (reference[i] ?? 0) / m;
    const now = (window[i] ?? 0) / n;
    const pooled = ((reference[i] ?? 0) + (window[i] ?? 0)) / (m + n);
    const weight = pooled > 0 ? (now - before) ** 2 / pooled : 0;
    if (weight <= most) return;
    most = weight;
    words = `${part} makes up ${percent(now)} of ${of}, ${percent(before)} in the reference`;
  });
  return words;
}

/** Class names of the bins of a classification: one per class, and one for whatever else came. */
export function classParts(classes: number): string[] {
  return [...Array.from({ length: classes }, (_, i) => `class ${i}`), 'no known class'];
}

/** A share with as many digits as tell it from none and from all. */
export function percent(share: number): string {
  const value = 100 * share;
  const isNearEnd = (value > 0 && value < 1) || (value > 99 && value < 100);
  return `${isNearEnd ? Number(value.toPrecision(value < 1 ? 1 : 3)) : value.toFixed(0)} %`;
}
