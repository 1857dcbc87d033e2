import { requireModel } from '@driftloop/registry';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { GatewayContext } from '../context.ts';
import { moment } from '../http/moment.ts';
import { Problem } from '../http/problem.ts';
import { ModelPath } from './request-bodies.ts';

const limit = Type.Integer({
  minimum: 1,
  maximum: 10_000,
  default: 200,
  description: 'Most rows; the newest are kept.',
});
/** @param what the event times of a range are of */
const rangeOf = (what: string) =>
  Type.Object({
    from: moment(`${what} from here on, inclusive`),
    to: moment(`${what} until here, exclusive`),
    limit,
  });
const WINDOWS = rangeOf('Windows that begin');
const Rows = Type.Object({ rows: Type.Array(Type.Record(Type.String(), Type.Unknown())) });

/**
 * GET drift history, verdicts and performance of a model, oldest first; the limit keeps the newest.
 */
export function driftRoutes({ registry, warehouse }: GatewayContext): FastifyPluginAsyncTypebox {
  const queries = {
    drift: {
      summary:
        'Each window and version: the strongest evidence of each signal, what drifted, and the verdict',
      querystring: WINDOWS,
      read: warehouse.driftHistory,
    },
    verdicts: {
      summary: 'What the ensemble concluded',
      querystring: rangeOf('Windows that reach'),
      read: warehouse.verdicts,
    },
    performance: {
      summary: 'Estimated, provisional and realised accuracy by window and version',
      querystring: WINDOWS,
      read: warehouse.performance,
    },
    'performance/outputs': {
      summary: 'The same of each of several outputs: the figures that fit its role',
      querystring: WINDOWS,
      read: warehouse.outputPerformance,
    },
    history: {
      summary: 'What became of each version',
      querystring: rangeOf('Steps by event time'),
      read: warehouse.modelHistory,
    },
    'alarm-budget': {
      summary: 'What the false-alarm budgets promise, in windows and in labelled rows, and the alarms since',
      querystring: Type.Object({}),
      read: warehouse.alarmBudget,
    },
    'label-lag': {
      summary: 'How late labels are',
      querystring: Type.Object({ limit }),
      read: warehouse.labelLag,
    },
  };
  return async (app) => {
    for (const [path, { summary, querystring, read }] of Object.entries(queries)) {
      app.get(
        `/${path}`,
        {
          config: { role: 'viewer' },
          schema: {
            summary,
            tags: ['drift'],
            params: ModelPath,
            querystring,
            response: { 200: Rows, 400: Problem, 404: Problem },
          },
        },
        async (request) => {
          const { spec } = requireModel(registry, request.params.model);
          const rows = await read(spec.model, request.query);
          return { rows: rows.map((row): Record<string, unknown> => ({ ...row })) };
        },
      );
    }
  };
}
