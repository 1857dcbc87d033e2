/**
 * Milliseconds to wait after the given number of failures in a row: 1 s, doubled up to a minute.
 */
export function backOffMs(failures: number): number {
  return Math.min(1000 * 2 ** (failures - 1), 60_000);
}
