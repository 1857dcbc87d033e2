import { createCommonMeters, createMetrics, type Metrics } from '@driftloop/service';

/** Registers the metrics of a service. */
export type CreateMeters = (metrics: Metrics) => unknown;

/** The metrics that a service registers as a markdown table. */
export function metricsTable(service: string, createMeters: CreateMeters): string {
  const metrics = createMetrics(service, { ofProcess: false });
  createMeters(metrics);
  createCommonMeters(metrics, () => []);
  const rows = metrics.registry
    .getMetricsAsArray()
    .map((metric) =>
      `| \`${metric.name}\` | ${metric.type} | ${labelsOf(metric)} | ${metric.help} |`.replace('|  |', '| |'),
    )
    .sort();
  return ['| metric | kind | labels | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** prom-client has them on every metric, and does not say so in its types. */
function labelsOf(metric: { readonly name: string; readonly labelNames?: unknown }): string {
  const { labelNames } = metric;
  if (!Array.isArray(labelNames))
    throw new TypeError(`prom-client does not say which labels ${metric.name} has: see metrics-table.ts`);
  return labelNames.map((label) => `\`${label}\``).join(', ');
}
