import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** The metrics of one process, in the Prometheus text format. */
export interface Metrics {
  readonly registry: Registry;
  /** Called before each look at the metrics, to set what is only known then. */
  onCollect(set: () => void): void;
  /** Calls what `onCollect` was given. */
  collect(): void;
  /** A number that only grows. */
  counter(name: string, help: string, labels?: readonly string[]): Counter;
  /** A number that goes up and down. */
  gauge(name: string, help: string, labels?: readonly string[]): Gauge;
  /** A distribution over the given upper bounds. */
  histogram(name: string, help: string, buckets: readonly number[], labels?: readonly string[]): Histogram;
}

/**
 * Creates the metrics of one process.
 *
 * @param service value of the `service` label on every metric
 * @param options.ofProcess whether memory, event loop and garbage collection are measured too;
 *   default true
 */
export function createMetrics(service: string, options: { readonly ofProcess?: boolean } = {}): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  if (options.ofProcess ?? true) collectDefaultMetrics({ register: registry });
  const common = (name: string, help: string, labels: readonly string[] = []) => ({
    name: `driftloop_${name}`,
    help,
    labelNames: [...labels],
    registers: [registry],
  });
  const setters: (() => void)[] = [];
  return {
    registry,
    onCollect: (set) => void setters.push(set),
    collect() {
      for (const set of setters) set();
    },
    counter: (name, help, labels) => new Counter(common(name, help, labels)),
    gauge: (name, help, labels) => new Gauge(common(name, help, labels)),
    histogram: (name, help, buckets, labels) =>
      new Histogram({ ...common(name, help, labels), buckets: [...buckets] }),
  };
}
