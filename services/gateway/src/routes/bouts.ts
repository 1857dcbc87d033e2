import { DriftloopError } from '@driftloop/errors';
import { requireModel } from '@driftloop/registry';
import { planStudy } from '@driftloop/studies';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { COMMAND } from '../access/commands.ts';
import { actorOf } from '../access/identity.ts';
import type { GatewayContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { boutOf } from '../strategies/bout.ts';
import { ModelPath } from './request-bodies.ts';
import { BoutBody } from './strategy-bodies.ts';

/** POST a bout of strategies on a model's own stream. */
export function boutRoutes({ registry, warehouse, producer }: GatewayContext): FastifyPluginAsyncTypebox {
  /** The end of what has been judged. */
  const newestEnd = async (model: string): Promise<number> => {
    const [newest] = await warehouse.verdicts(model, { limit: 1 });
    if (newest !== undefined) return newest.windowEnd;
    throw new DriftloopError(
      'NOT_FOUND',
      `Model '${model}' has no verdict yet: say where the slice ends with \`to\`, or wait for its first window.`,
    );
  };
  return async (app) => {
    app.post(
      '/bouts',
      {
        // It changes nothing live, but takes workers for minutes.
        config: COMMAND,
        schema: {
          summary: 'Hold strategies against each other on a slice of the model’s own history',
          description:
            'Plans a study whose runs are backtests of the whole loop and differ in `retrain.strategy` alone; GET /studies/{study} has what it came to. Study workers do it: `driftloop study go-on`.',
          tags: ['strategies'],
          params: ModelPath,
          body: BoutBody,
          response: {
            202: Type.Object({ study: Type.String({ description: 'Its id.' }) }),
            400: Problem,
            404: Problem,
          },
        },
      },
      async (request, reply) => {
        const { params, body, caller, noted } = request;
        const { spec } = requireModel(registry, params.model);
        const { to = await newestEnd(spec.model), trainingMs = 0, ...asked } = body;
        const study = boutOf(spec, { ...asked, to, trainingMs });
        const id = await planStudy(producer, study, actorOf(caller, undefined));
        noted.after = { study: id, strategies: [...body.strategies] };
        return reply.status(202).send({ study: id });
      },
    );
  };
}
