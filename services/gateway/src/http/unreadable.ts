import type { ConnectionError, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import { problemOf } from './problem.ts';

/**
 * Answers calls whose address cannot be read, or is too long, in the one shape of errors: no route
 * sees them.
 */
export function answerFrameworkError(error: unknown, _request: FastifyRequest, reply: FastifyReply): void {
  const { status, body } = problemOf(error);
  reply.status(status).send(body);
}

/** Answers bytes that are not HTTP in the one shape of errors. */
export const answerClientError: NonNullable<FastifyServerOptions['clientErrorHandler']> = (
  { code }: ConnectionError,
  socket,
) => {
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, message] =
    code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'The headers are too large.']
      : code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'The call did not come whole in time.']
        : ['400 Bad Request', `The call is not HTTP/1.1 (${code}).`];
  const body = JSON.stringify({ error: { code: 'REQUEST_INVALID', message } });
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
};
