import { requireModel } from '@driftloop/registry';
import { trainingRun } from '@driftloop/warehouse';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { GatewayContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { ModelPath } from './request-bodies.ts';

const Report = Type.Object({
  phase: Type.String(),
  version: Type.Union([Type.Integer(), Type.Null()]),
  step: Type.Integer(),
  steps: Type.Integer({ description: '0 where unknown.' }),
  loss: Type.Union([Type.Number(), Type.Null()]),
  metrics: Type.Record(Type.String(), Type.Number()),
  message: Type.String(),
  at: Type.Number({ description: 'Epoch milliseconds.' }),
});

/** GET what the trainer said of one run: its phases, and its loss by steps. */
export function trainingRoutes({ registry, warehouse }: GatewayContext): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/commands/:commandId/progress',
      {
        config: { role: 'viewer' },
        schema: {
          summary: 'Everything that the trainer said of a command, oldest first; nothing before it has begun',
          tags: ['drift'],
          params: Type.Object({ ...ModelPath.properties, commandId: Type.String({ minLength: 1 }) }),
          response: { 200: Type.Object({ reports: Type.Array(Report) }), 404: Problem },
        },
      },
      async ({ params: { model, commandId } }) => {
        requireModel(registry, model);
        const reports = await trainingRun(warehouse, model, commandId);
        return { reports: reports.map((report) => ({ ...report, metrics: { ...report.metrics } })) };
      },
    );
  };
}
