import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './metrics.ts';

/** What a service says of itself. */
export interface Health {
  /** Whether it does its work; if not, `detail.reason` says why. */
  readonly ok: boolean;
  readonly detail: Readonly<Record<string, unknown>>;
  /** What it cannot do for now although it does its work, in sentences. */
  readonly without?: readonly string[];
  /** What it reads, and how far it is behind. */
  readonly reading?: readonly Reading[];
}

/** How a service gets on with one of its inputs. */
export interface Reading {
  /** Consumer group, without prefix. */
  readonly group: string;
  readonly topics: readonly string[];
  /** Records on Kafka that are not handled yet, over the partitions of this process. */
  readonly lag: number;
  /** How long ago the oldest of them was written at most, ms; null where that is not known. */
  readonly lagMs: number | null;
  /** Records that were put aside since the start, by error code. */
  readonly deadLettersBy: Readonly<Record<string, number>>;
}

/** A running health server. */
export interface HealthServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves GET /health/live (the process works), /health/ready (it takes traffic) and /metrics.
 * A check that does not hold answers 503 with the reason.
 */
export async function startHealthServer(options: {
  host: string;
  port: number;
  metrics: Pick<Metrics, 'registry' | 'collect'>;
  live(): Health;
  ready(): Health;
}): Promise<HealthServer> {
  const server = createServer(async (request, response) => {
    const path = request.url?.split('?')[0];
    if (path === '/metrics') {
      options.metrics.collect();
      response.writeHead(200, { 'content-type': options.metrics.registry.contentType });
      response.end(await options.metrics.registry.metrics());
      return;
    }
    const health =
      path === '/health/live' ? options.live() : path === '/health/ready' ? options.ready() : undefined;
    if (!health) {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: 'There are /health/live, /health/ready and /metrics.' }));
      return;
    }
    response.writeHead(health.ok ? 200 : 503, { 'content-type': 'application/json' });
    response.end(JSON.stringify(health));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
