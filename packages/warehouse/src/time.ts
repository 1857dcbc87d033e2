/** ClickHouse's DateTime64 holds the years 1900 to 2299. */
const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(2299, 11, 31);

/**
 * An epoch time in milliseconds that fits a DateTime64: open ends of ranges are given as any
 * number.
 */
export function boundedTime(epochMs: number): number {
  return Math.round(Math.min(Math.max(epochMs, EARLIEST), LATEST));
}
