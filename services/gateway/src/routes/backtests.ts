import { DriftloopError } from '@driftloop/errors';
import { requireModel } from '@driftloop/registry';
import { savedBacktest } from '@driftloop/warehouse';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { GatewayContext } from '../context.ts';
import { nullable } from '../http/nullable.ts';
import { Problem } from '../http/problem.ts';
import { ModelPath } from './request-bodies.ts';

const Time = Type.Integer({ description: 'Event time, epoch milliseconds.' });

const BacktestView = Type.Object({
  backtestId: Type.String(),
  savedAt: Type.Integer({ description: 'Epoch milliseconds.' }),
  windowFrom: Time,
  windowTo: Time,
  overrides: Type.String({ description: 'JSON: dotted paths of the spec and the values used instead.' }),
  trained: Type.Boolean(),
  source: Type.String(),
  records: Type.Integer(),
  alarms: Type.Integer(),
  found: nullable(Type.Number()),
  missed: nullable(Type.Number()),
  falseAlarms: nullable(Type.Number()),
  meanDelayMs: nullable(Type.Number()),
  rows: Type.Integer(),
  score: nullable(Type.Number()),
  frozenScore: nullable(Type.Number()),
  liveScore: nullable(Type.Number()),
  retrains: Type.Integer(),
  published: Type.Integer(),
  trainingRows: Type.Integer(),
  trainingSteps: Type.Integer(),
});

const BacktestVerdict = Type.Object({
  windowStart: Time,
  windowEnd: Time,
  version: Type.Integer(),
  state: Type.String(),
  likelihood: Type.Number(),
  action: Type.String(),
});

const Ending = Type.Object({
  commandId: Type.String(),
  action: Type.String({ description: 'What was asked for.' }),
  outcome: Type.String({ description: 'What it became.' }),
  version: nullable(Type.Integer()),
  eventTime: Time,
  endedAt: Type.Integer({ description: 'Log time, epoch milliseconds.' }),
  rows: Type.Integer(),
  steps: Type.Integer(),
  reasons: Type.Array(Type.String()),
});

/** GET the backtests of a model that were saved: all of them, or one with its verdicts. */
export function backtestRoutes({ registry, warehouse }: GatewayContext): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/backtests',
      {
        config: { role: 'viewer' },
        schema: {
          summary: 'Backtests that were saved, the newest first',
          tags: ['backtests'],
          params: ModelPath,
          querystring: Type.Object({ limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 100 }) }),
          response: { 200: Type.Object({ backtests: Type.Array(BacktestView) }), 404: Problem },
        },
      },
      async ({ params: { model }, query: { limit } }) => {
        requireModel(registry, model);
        const saved = await warehouse.backtests({ model, limit });
        return { backtests: saved.map(({ model: _, ...view }) => view) };
      },
    );
    app.get(
      '/backtests/:backtestId',
      {
        config: { role: 'viewer' },
        schema: {
          summary: 'A backtest with its verdicts, and what became of its commands',
          tags: ['backtests'],
          params: Type.Object({ ...ModelPath.properties, backtestId: Type.String({ minLength: 1 }) }),
          response: {
            200: Type.Object({
              backtest: BacktestView,
              verdicts: Type.Array(BacktestVerdict, { description: 'Oldest first.' }),
              endings: Type.Array(Ending, {
                description: 'In the order in which they ended; none where nothing was trained.',
              }),
            }),
            404: Problem,
          },
        },
      },
      async ({ params: { model, backtestId } }) => {
        requireModel(registry, model);
        const found = await savedBacktest(warehouse, model, backtestId);
        if (found === undefined)
          throw new DriftloopError(
            'NOT_FOUND',
            `Model '${model}' has no saved backtest '${backtestId}'; GET /models/${model}/backtests lists them.`,
          );
        const { model: _, ...backtest } = found.backtest;
        return { ...found, backtest };
      },
    );
  };
}
