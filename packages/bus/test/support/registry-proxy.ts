import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands between bus and the real registry: counts requests, and can be out of order. */
export interface RegistryProxy {
  readonly url: string;
  /** Paths that were asked for. */
  readonly paths: string[];
  broken: boolean;
  close(): Promise<void>;
}

export async function registryProxy(target: string): Promise<RegistryProxy> {
  const paths: string[] = [];
  const server: Server = createServer(async (request, response) => {
    const path = request.url ?? '/';
    paths.push(path);
    if (proxy.broken) {
      response.writeHead(503, { 'content-type': 'application/json' }).end('{"message":"out of order"}');
      return;
    }
    const body: Buffer[] = [];
    for await (const chunk of request) body.push(chunk);
    const answer = await fetch(`${target}${path}`, {
      method: request.method ?? 'GET',
      headers: { 'content-type': request.headers['content-type'] ?? 'application/json' },
      ...(body.length > 0 ? { body: Buffer.concat(body) } : {}),
    });
    const type = answer.headers.get('content-type') ?? 'application/json';
    response.writeHead(answer.status, { 'content-type': type }).end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const proxy: RegistryProxy = {
    url: `http://127.0.0.1:${port}`,
    paths,
    broken: false,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return proxy;
}
