/** A share in per cent. @param share 0 to 1 @param digits after the point */
export function percent(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)} %`;
}

/** How likely something is: never certain, never impossible. @param share 0 to 1 */
export function likely(share: number): string {
  if (share > 0.99) return 'over 99 %';
  if (share < 0.01) return 'under 1 %';
  return percent(share, 0);
}

/** A count with its thousands apart. */
export function count(value: number): string {
  return value.toLocaleString('en-GB');
}

/** A figure by its name: shares of right answers in per cent, anything else to four digits. */
export function figure(name: string, value: number): string {
  const isShare = /accuracy|share|coverage|precision|recall/i.test(name) && value >= 0 && value <= 1;
  if (isShare) return percent(value, 2);
  return Number.isInteger(value) ? count(value) : String(Number(value.toPrecision(4)));
}
