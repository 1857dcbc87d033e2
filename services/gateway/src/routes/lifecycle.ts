import { requireModel } from '@driftloop/registry';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { COMMAND } from '../access/commands.ts';
import { actorOf } from '../access/identity.ts';
import type { GatewayContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { manualCommand } from '../manual-command.ts';
import { Actor, Reason } from './persons.ts';
import { ModelPath } from './request-bodies.ts';
import { standing } from './standing.ts';

const Rollout = Type.Optional(
  Type.Union([Type.Literal('publish'), Type.Literal('shadow')], {
    description:
      'What becomes of a candidate that passes the gate. publish: it is live at once. shadow: it answers in shadow until the rows that come prove it better, or not. Default: publish.',
  }),
);

/** POST retrain and rollback: what a person may ask for at any moment. */
export function lifecycleRoutes(context: GatewayContext): FastifyPluginAsyncTypebox {
  const { registry, producer } = context;
  return async (app) => {
    app.post(
      '/retrain',
      {
        config: COMMAND,
        schema: {
          summary: 'Retrain now on the newest labelled data',
          description:
            'Sends a retrain command; follow it on training.progress. The gate still decides whether the result goes live, or into shadow.',
          tags: ['lifecycle'],
          params: ModelPath,
          body: Type.Object({ reason: Reason, actor: Actor, rollout: Rollout }),
          response: {
            202: Type.Object({ commandId: Type.String() }),
            400: Problem,
            401: Problem,
            404: Problem,
            409: Problem,
          },
        },
      },
      async (request, reply) => {
        const entry = requireModel(registry, request.params.model);
        const { actor: said, ...asked } = request.body;
        const actor = actorOf(request.caller, said);
        const command = await manualCommand(entry, { ...asked, actor }, context);
        await producer.send('retrain.commands', [{ key: command.model, value: command }]);
        request.noted.after = { commandId: command.commandId };
        reply.status(202);
        return { commandId: command.commandId };
      },
    );
    app.post(
      '/rollback',
      {
        config: COMMAND,
        schema: {
          summary: 'Bring an earlier version back',
          tags: ['lifecycle'],
          params: ModelPath,
          body: Type.Object({
            to: Type.Optional(
              Type.Integer({ minimum: 1, description: 'Default: the version that was live before.' }),
            ),
            reason: Reason,
            actor: Actor,
          }),
          response: {
            200: Type.Object({ live: Type.Integer() }),
            400: Problem,
            401: Problem,
            404: Problem,
            409: Problem,
          },
        },
      },
      async (request) => {
        const { spec, state } = requireModel(registry, request.params.model);
        const { to, reason, actor } = request.body;
        request.noted.before = standing(state);
        const live = await registry.rollback(spec.model, {
          ...(to === undefined ? {} : { to }),
          reason,
          actor: actorOf(request.caller, actor),
        });
        request.noted.version = live;
        request.noted.after = standing(requireModel(registry, spec.model).state);
        return { live };
      },
    );
  };
}
