import { DriftloopError } from '@driftloop/errors';
import type { RouteOptions } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** What a handler that was not waited for any longer still gives; see {@link answerWithin}. */
    unended: Promise<unknown> | undefined;
  }
}

/**
 * Lets a route answer 503 when what it waits for, Kafka or ClickHouse, hangs: both are tried again
 * for longer than a caller waits. What was asked for is not taken back.
 */
export function answerWithin(ms: number): (route: RouteOptions) => void {
  return (route) => {
    const { handler } = route;
    route.handler = async function answer(request, reply) {
      let timer: NodeJS.Timeout | undefined;
      const ended = Promise.resolve(handler.call(this, request, reply));
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          request.unended = ended;
          reject(tooLate(request.method, ms));
        }, ms);
      });
      try {
        return await Promise.race([ended, late]);
      } finally {
        clearTimeout(timer);
      }
    };
  };
}

function tooLate(method: string, ms: number): DriftloopError {
  return method === 'POST'
    ? new DriftloopError(
        'KAFKA_UNAVAILABLE',
        `Kafka has not answered in ${ms} ms. What you sent may still be carried out; look before you send it again. \`pnpm driftloop status\` shows what runs.`,
      )
    : new DriftloopError(
        'WAREHOUSE_UNAVAILABLE',
        `ClickHouse has not answered in ${ms} ms. Try again; \`pnpm driftloop status\` shows what runs.`,
      );
}
