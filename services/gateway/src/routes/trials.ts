import { requireModel } from '@driftloop/registry';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { GatewayContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { Actor, Reason } from './persons.ts';
import { ModelPath } from './request-bodies.ts';

const Version = Type.Optional(
  Type.Integer({ minimum: 1, description: 'Default: the version in shadow, or else the canary.' }),
);

const PROBLEMS = { 400: Problem, 401: Problem, 404: Problem, 409: Problem };

/** POST promote and reject: what a person may decide about a version on trial. */
export function trialRoutes(
  { registry }: GatewayContext,
  authorize: (request: FastifyRequest) => Promise<void>,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      '/promote',
      {
        onRequest: authorize,
        schema: {
          summary: 'Bring a version on trial a step on',
          description:
            'From shadow to canary where the spec has a canaryShare, and live; or where it is asked for.',
          tags: ['lifecycle'],
          security: [{ token: [] }],
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
        const { spec } = requireModel(registry, request.params.model);
        const { actor = 'gateway', ...decision } = request.body;
        return registry.release(spec.model, { actor, ...decision });
      },
    );
    app.post(
      '/reject',
      {
        onRequest: authorize,
        schema: {
          summary: 'Give a version on trial up',
          tags: ['lifecycle'],
          security: [{ token: [] }],
          params: ModelPath,
          body: Type.Object({ version: Version, reason: Reason, actor: Actor }),
          response: {
            200: Type.Object({ rejected: Type.Integer() }),
            ...PROBLEMS,
          },
        },
      },
      async (request) => {
        const { spec } = requireModel(registry, request.params.model);
        const { actor = 'gateway', ...decision } = request.body;
        return { rejected: await registry.withdraw(spec.model, { actor, ...decision }) };
      },
    );
  };
}
