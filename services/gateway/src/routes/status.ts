import { COMMAND_GROUPS, DRIFT_GROUPS, SERVING_GROUP, type TopicName } from '@driftloop/schemas';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { GatewayContext } from '../context.ts';

/** Who reads what, by the consumer groups that Kafka knows. */
const READERS: readonly { readonly group: string; readonly topic: TopicName }[] = [
  { group: SERVING_GROUP, topic: 'inference.requests' },
  ...(Object.entries(DRIFT_GROUPS) as [TopicName, string][]).map(([topic, group]) => ({ group, topic })),
  { group: 'ensemble', topic: 'drift.sketches' },
  ...[...new Set(Object.values(COMMAND_GROUPS))].map((group) => ({
    group,
    topic: 'retrain.commands' as const,
  })),
  { group: 'notifier.intake', topic: 'drift.verdicts' },
  { group: 'notifier', topic: 'notification.events' },
];

const StatusAnswer = Type.Object({
  gateway: Type.Object({ ready: Type.Boolean() }),
  warehouse: Type.Object({ ready: Type.Boolean() }),
  models: Type.Integer(),
  reading: Type.Array(
    Type.Object({
      group: Type.String({ description: 'Consumer group: which service reads.' }),
      topic: Type.String(),
      lag: Type.Union([Type.Integer(), Type.Null()], {
        description: 'Records that are not handled yet; null where the group has committed nothing.',
      }),
    }),
  ),
});

/** GET /status: whether the parts answer, and how far services are behind, by what Kafka knows. */
export function statusRoutes({
  bus,
  warehouse,
  registry,
  isReady,
}: GatewayContext): FastifyPluginAsyncTypebox {
  const lagOf = async (group: string, topic: TopicName): Promise<number | null> => {
    const [ends, committed] = await Promise.all([bus.offsets(topic), bus.groupOffsets(group, topic)]);
    if (committed.every(({ offset }) => offset < 0)) return null;
    const at = new Map(committed.map(({ partition, offset }) => [partition, offset]));
    return ends.reduce((sum, { partition, low, high }) => {
      const next = at.get(partition) ?? -1;
      return sum + Math.max(0, high - Math.max(next, low));
    }, 0);
  };
  return async (app) => {
    app.get(
      '/status',
      {
        config: { role: 'viewer' },
        schema: {
          summary: 'Whether the parts answer, and how far services are behind',
          tags: ['health'],
          response: { 200: StatusAnswer },
        },
      },
      async () => {
        const [isThere, reading] = await Promise.all([
          warehouse.query('SELECT 1 AS one', {}).then(
            () => true,
            () => false,
          ),
          Promise.all(
            READERS.map(async ({ group, topic }) => ({ group, topic, lag: await lagOf(group, topic) })),
          ),
        ]);
        return {
          gateway: { ready: isReady() },
          warehouse: { ready: isThere },
          models: registry.models().length,
          reading,
        };
      },
    );
  };
}
