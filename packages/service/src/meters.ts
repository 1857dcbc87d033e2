import type { Reading } from './health-server.ts';
import type { Metrics } from './metrics.ts';

/**
 * Registers the metrics that every service has: how far it is behind on what it reads, and what it
 * put aside. They are asked for at each look.
 */
export function createCommonMeters(metrics: Metrics, reading: () => readonly Reading[]) {
  const rows = metrics.gauge(
    'consumer_lag_rows',
    'Records on Kafka that this process has not handled yet, by consumer group and topic.',
    ['group', 'topic'],
  );
  const seconds = metrics.gauge(
    'consumer_lag_seconds',
    "Seconds since the oldest of them was written, at most, by Kafka's timestamps; absent where that is not known.",
    ['group', 'topic'],
  );
  const deadLetters = metrics.gauge(
    'consumer_dead_letters',
    'Records that this process has put aside since its start, by error code.',
    ['group', 'topic', 'code'],
  );
  metrics.onCollect(() => {
    for (const gauge of [rows, seconds, deadLetters]) gauge.reset();
    for (const { group, topics, lag, lagMs, deadLettersBy } of reading()) {
      const labels = { group, topic: topics.join(',') };
      rows.set(labels, lag);
      if (lagMs !== null) seconds.set(labels, lagMs / 1_000);
      for (const [code, count] of Object.entries(deadLettersBy)) deadLetters.set({ ...labels, code }, count);
    }
  });
  return { rows, seconds, deadLetters };
}
