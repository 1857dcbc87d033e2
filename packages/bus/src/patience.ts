/**
 * Silence of Kafka, or an error that keeps something waiting, for longer than this is said by
 * health checks.
 */
export const PATIENCE_MS = 15_000;

/** Text for a reader of a health check. */
export function inSeconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`;
}
