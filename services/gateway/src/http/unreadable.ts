import type { ConnectionError, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import { PROBLEM_TYPE, problem, problemOf } from './problem.ts';

/**
 * Answers calls whose address cannot be read, or is too long, in the one shape of errors: no route
 * sees them.
 */
export function answerFrameworkError(error: unknown, _request: FastifyRequest, reply: FastifyReply): void {
  const { status, body } = problemOf(error);
  reply.status(status).type(PROBLEM_TYPE).send(body);
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
  const [status, name, message] =
    code === 'HPE_HEADER_OVERFLOW'
      ? ([431, 'Request Header Fields Too Large', 'The headers are too large.'] as const)
      : code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ([408, 'Request Timeout', 'The call did not come whole in time.'] as const)
        : ([400, 'Bad Request', `The call is not HTTP/1.1 (${code}).`] as const);
  const body = JSON.stringify(problem('REQUEST_INVALID', message, status));
  socket.end(
    `HTTP/1.1 ${status} ${name}\r\nContent-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
};
