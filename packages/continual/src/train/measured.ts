/**
 * Metrics that come from a clock or the machine's memory and so differ from run to run of the same
 * job.
 */
const MEASURED: ReadonlySet<string> = new Set([
  'latencyMs',
  'liveLatencyMs',
  'peakMemoryMb',
  'samplesPerSecond',
  'trainingSeconds',
]);

/**
 * Parts the metrics of a run into those that its data, recipe and seed decide and those that were
 * measured.
 */
export function splitMeasured(all: Readonly<Record<string, number>>): {
  metrics: Record<string, number>;
  measured: Record<string, number>;
} {
  const entries = Object.entries(all);
  return {
    metrics: Object.fromEntries(entries.filter(([name]) => !MEASURED.has(name))),
    measured: Object.fromEntries(entries.filter(([name]) => MEASURED.has(name))),
  };
}
