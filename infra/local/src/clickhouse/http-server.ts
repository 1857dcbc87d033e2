import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type Access, requireAccess } from './access.ts';
import type { Engine } from './engine.ts';
import { DISPLAY_NAME_HEADER, TIMEZONE_HEADER } from './headers.ts';
import type { QueryQueue } from './query-queue.ts';
import { sendException } from './reply.ts';
import { runQuery } from './run-query.ts';

/** ClickHouse's http_max_uri_size: queries and their parameters may stand in the URL. */
const MAX_HEADER_BYTES = 1024 * 1024;

/**
 * ClickHouse's HTTP interface over the engine: `/` for queries, `/ping` and `/replicas_status` for
 * health checks.
 *
 * @param name shown to clients as the server's display name
 * @param access who is let in, over TLS; everybody without it
 */
export function createHttpServer(
  engine: Engine,
  queue: QueryQueue,
  name: string,
  timezone: string,
  access?: Access,
): Server {
  const options = { maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: 0, keepAliveTimeout: 10_000 };
  const server =
    access === undefined
      ? createServer(options)
      : createTlsServer({
          ...options,
          cert: access.certificate,
          key: access.key,
          ca: access.ca,
          // A client may show one instead of a password; one that is not trusted counts as none.
          requestCert: true,
          rejectUnauthorized: false,
        });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    response.setHeader(DISPLAY_NAME_HEADER, name);
    response.setHeader(TIMEZONE_HEADER, timezone);
    answer(engine, queue, request, response, access).catch((error: unknown) => {
      // The rest of a body that nobody reads any more would hold up the connection.
      request.resume();
      sendException(response, error);
    });
  });
  return server;
}

async function answer(
  engine: Engine,
  queue: QueryQueue,
  request: IncomingMessage,
  response: ServerResponse,
  access: Access | undefined,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (
    isRead &&
    (url.pathname === '/ping' ||
      url.pathname === '/replicas_status' ||
      (url.pathname === '/' && !url.searchParams.has('query')))
  ) {
    response.writeHead(200, { 'content-type': 'text/html; charset=UTF-8' }).end('Ok.\n');
    return;
  }
  if (url.pathname !== '/') {
    const text = `There is no handle ${url.pathname}\n\nUse / or /ping for health checks.\nSend queries from your program with POST method or GET /?query=...\n`;
    response.writeHead(404, { 'content-type': 'text/plain; charset=UTF-8' }).end(text);
    return;
  }
  if (!isRead && request.method !== 'POST') {
    response.writeHead(405, { allow: 'GET, HEAD, POST' }).end();
    return;
  }
  if (access !== undefined) requireAccess(access, request, url);
  await runQuery(engine, queue, request, response, url);
}
