import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';

/** What a service says of itself. */
export interface Health {
  readonly ok: boolean;
  readonly detail: Readonly<Record<string, unknown>>;
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
  metrics: Registry;
  live(): Health;
  ready(): Health;
}): Promise<HealthServer> {
  const server = createServer(async (request, response) => {
    const path = request.url?.split('?')[0];
    if (path === '/metrics') {
      response.writeHead(200, { 'content-type': options.metrics.contentType });
      response.end(await options.metrics.metrics());
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
