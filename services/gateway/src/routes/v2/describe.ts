import { requireModel } from '@driftloop/registry';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import type { GatewayContext } from '../../context.ts';
import { ProtocolProblem } from '../../http/v2/problem.ts';
import { metadataOf, SERVER_METADATA } from '../../v2/metadata.ts';
import { requireVersion } from '../../v2/served-versions.ts';
import { ModelMetadataAnswer, ModelPath, VersionPath } from './bodies.ts';

const NOT_READY = 503;
/** What probes ask. */
const OPEN = { role: 'anyone' } as const;
const ServerHealth = Type.Object({ live: Type.Boolean(), ready: Type.Optional(Type.Boolean()) });
const ModelReady = Type.Object({ name: Type.String(), ready: Type.Boolean() });
const ServerMetadata = Type.Object({
  name: Type.String(),
  version: Type.String(),
  extensions: Type.Array(Type.String()),
});

/**
 * GET health and metadata of the server and its models, as the Open Inference Protocol has them.
 */
export function describeRoutes(context: GatewayContext): FastifyPluginAsyncTypebox {
  const metadata = (model: string, version?: string) => {
    const entry = requireModel(context.registry, model);
    requireVersion(entry, version);
    return metadataOf(entry);
  };
  const ready = (reply: FastifyReply, model: string, version?: string) => {
    const entry = requireModel(context.registry, model);
    requireVersion(entry, version);
    const isReady = context.isReady() && entry.state.live !== null;
    return reply.status(isReady ? 200 : NOT_READY).send({ name: model, ready: isReady });
  };
  const tags = ['v2'];
  const notThere = { 404: ProtocolProblem, 409: ProtocolProblem };
  return async (app) => {
    app.get(
      '/health/live',
      { config: OPEN, schema: { summary: 'Whether the server runs', tags, response: { 200: ServerHealth } } },
      async () => ({ live: true }),
    );
    app.get(
      '/health/ready',
      {
        config: OPEN,
        schema: {
          summary: 'Whether the server can answer',
          tags,
          response: { 200: ServerHealth, [NOT_READY]: ServerHealth },
        },
      },
      async (_, reply) => {
        const isReady = context.isReady();
        return reply.status(isReady ? 200 : NOT_READY).send({ live: true, ready: isReady });
      },
    );
    app.get(
      '/',
      { config: OPEN, schema: { summary: 'What the server is', tags, response: { 200: ServerMetadata } } },
      async () => ({ ...SERVER_METADATA, extensions: [...SERVER_METADATA.extensions] }),
    );
    for (const [path, params] of [
      ['/models/:model', ModelPath],
      ['/models/:model/versions/:version', VersionPath],
    ] as const) {
      app.get<{ Params: { model: string; version?: string } }>(
        path,
        {
          config: { role: 'viewer' },
          schema: {
            summary: 'What a model takes and answers',
            tags,
            params,
            response: { 200: ModelMetadataAnswer, ...notThere },
          },
        },
        async ({ params: { model, version } }) => metadata(model, version),
      );
      app.get<{ Params: { model: string; version?: string } }>(
        `${path}/ready`,
        {
          config: { role: 'viewer' },
          schema: {
            summary: 'Whether a model answers',
            tags,
            params,
            response: { 200: ModelReady, [NOT_READY]: ModelReady, ...notThere },
          },
        },
        async ({ params: { model, version } }, reply) => ready(reply, model, version),
      );
    }
  };
}
