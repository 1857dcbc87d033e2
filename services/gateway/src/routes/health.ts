import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { GatewayContext } from '../context.ts';
import { Problem } from '../http/problem.ts';

/** GET /health: whether Kafka's state is folded and ClickHouse answers. */
export function healthRoutes({ registry, warehouse }: GatewayContext): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/health',
      {
        config: { role: 'anyone' },
        schema: {
          summary: 'Whether the gateway can answer',
          tags: ['health'],
          response: {
            200: Type.Object({ ok: Type.Boolean(), models: Type.Integer(), warehouse: Type.Boolean() }),
            503: Problem,
          },
        },
      },
      async () => {
        await warehouse.query('SELECT 1 AS one', {});
        return { ok: true, models: registry.models().length, warehouse: true };
      },
    );
  };
}
