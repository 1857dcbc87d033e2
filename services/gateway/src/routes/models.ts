import { mayTouch } from '@driftloop/access';
import { type ModelEntry, requireModel } from '@driftloop/registry';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static } from 'typebox';
import type { GatewayContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { ModelPath } from './request-bodies.ts';

const VersionView = Type.Object({
  version: Type.Integer(),
  status: Type.String(),
  parentVersion: Type.Union([Type.Integer(), Type.Null()]),
  sha256: Type.String(),
  eventTime: Type.Number({
    description: 'Event time up to which the stream had been seen, epoch milliseconds.',
  }),
  metrics: Type.Record(Type.String(), Type.Number()),
  reasons: Type.Array(Type.String()),
});

const ModelView = Type.Object({
  model: Type.String(),
  task: Type.String(),
  features: Type.Array(Type.Object({ name: Type.String(), kind: Type.String() })),
  live: Type.Union([Type.Integer(), Type.Null()]),
  canary: Type.Union([Type.Integer(), Type.Null()]),
  shadow: Type.Union([Type.Integer(), Type.Null()], {
    description: 'Candidate that answers in shadow until it is promoted or rejected.',
  }),
  versions: Type.Array(VersionView),
});

/** GET /models and /models/:model: what is registered and what became of each version. */
export function modelRoutes({ registry }: GatewayContext): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/',
      {
        config: { role: 'viewer' },
        schema: {
          summary: 'All models with their versions',
          tags: ['models'],
          response: { 200: Type.Object({ models: Type.Array(ModelView) }) },
        },
      },
      async ({ caller }) => ({
        models: registry
          .models()
          .filter(({ spec }) => mayTouch(caller?.models ?? null, spec.model))
          .map(viewOf),
      }),
    );
    app.get(
      '/:model',
      {
        config: { role: 'viewer' },
        schema: {
          summary: 'One model with its versions',
          tags: ['models'],
          params: ModelPath,
          response: { 200: ModelView, 404: Problem },
        },
      },
      async (request) => viewOf(requireModel(registry, request.params.model)),
    );
  };
}

function viewOf({ spec, state }: ModelEntry): Static<typeof ModelView> {
  return {
    model: spec.model,
    task: spec.task,
    features: spec.features.map(({ name, kind }) => ({ name, kind })),
    live: state.live,
    canary: state.canary,
    shadow: state.shadow,
    versions: [...state.versions.values()].map((version) => ({
      version: version.version,
      status: version.status,
      parentVersion: version.parentVersion,
      sha256: version.sha256,
      eventTime: version.eventTime,
      metrics: { ...version.metrics },
      reasons: [...version.reasons],
    })),
  };
}
