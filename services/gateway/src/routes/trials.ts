import { requireModel } from '@driftloop/registry';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { COMMAND } from '../access/commands.ts';
import { actorOf } from '../access/identity.ts';
import type { GatewayContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { Actor, Reason } from './persons.ts';
import { ModelPath } from './request-bodies.ts';
import { standing } from './standing.ts';

const Version = Type.Optional(
  Type.Integer({ minimum: 1, description: 'Default: the version in shadow, or else the canary.' }),
);

const PROBLEMS = { 400: Problem, 401: Problem, 404: Problem, 409: Problem };

/** POST promote and reject: what a person may decide about a version on trial. */
export function trialRoutes({ registry }: GatewayContext): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      '/promote',
      {
        config: COMMAND,
        schema: {
          summary: 'Bring a version on trial a step on',
          description:
            'From shadow to canary where the spec has a canaryShare, and live; or where it is asked for.',
          tags: ['lifecycle'],
          params: ModelPath,
          body: Type.Object({
            version: Version,
            to: Type.Optional(
              Type.Union([Type.Literal('shadow'), Type.Literal('canary'), Type.Literal('live')]),
            ),
            reason: Reason,
            actor: Actor,
          }),
          response: {
            200: Type.Object({ version: Type.Integer(), is: Type.String() }),
            ...PROBLEMS,
          },
        },
      },
      async (request) => {
        const { spec, state } = requireModel(registry, request.params.model);
        const { actor: said, ...decision } = request.body;
        request.noted.before = standing(state);
        const actor = actorOf(request.caller, said);
        const released = await registry.release(spec.model, { ...decision, actor });
        request.noted.version = released.version;
        request.noted.after = standing(requireModel(registry, spec.model).state);
        return released;
      },
    );
    app.post(
      '/reject',
      {
        config: COMMAND,
        schema: {
          summary: 'Give a version on trial up',
          tags: ['lifecycle'],
          params: ModelPath,
          body: Type.Object({ version: Version, reason: Reason, actor: Actor }),
          response: {
            200: Type.Object({ rejected: Type.Integer() }),
            ...PROBLEMS,
          },
        },
      },
      async (request) => {
        const { spec, state } = requireModel(registry, request.params.model);
        const { actor: said, ...decision } = request.body;
        request.noted.before = standing(state);
        const actor = actorOf(request.caller, said);
        const rejected = await registry.withdraw(spec.model, { ...decision, actor });
        request.noted.version = rejected;
        request.noted.after = standing(requireModel(registry, spec.model).state);
        return { rejected };
      },
    );
  };
}
