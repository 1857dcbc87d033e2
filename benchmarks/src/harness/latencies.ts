/** How long requests waited for their answers, ms. */
export interface Latencies {
  readonly requests: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Percentiles by nearest rank. */
export function latenciesOf(waits: readonly number[]): Latencies {
  const sorted = [...waits].sort((a, b) => a - b);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { requests: sorted.length, p50: rank(0.5), p99: rank(0.99), max: rank(1) };
}
