import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { GatewayContext } from '../../context.ts';
import { readTensorBodies } from '../../http/v2/body.ts';
import { protocolProblemOf } from '../../http/v2/problem.ts';
import { describeRoutes } from './describe.ts';
import { inferRoutes } from './infer.ts';

/** The Open Inference Protocol over HTTP, with its own shape of errors and bodies. */
export function openInferenceRoutes(context: GatewayContext, bodyLimitBytes: number): FastifyPluginAsync {
  return async (app: FastifyInstance) => {
    readTensorBodies(app, bodyLimitBytes);
    app.setErrorHandler((error, request, reply) => {
      const { status, body } = protocolProblemOf(error);
      request.noted.code = body.code;
      if (status === 500) request.log.error({ err: error }, 'a call failed');
      return reply.status(status).send(body);
    });
    app.setNotFoundHandler((request, reply) =>
      reply.status(404).send({
        error: `There is no ${request.method} ${request.url}; see /docs.`,
        code: 'NOT_FOUND',
      }),
    );
    await app.register(describeRoutes(context));
    await app.register(inferRoutes(context));
  };
}
