import { requireModel } from '@driftloop/registry';
import { backtestSketches } from '@driftloop/replay';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { GatewayContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { createWhatIf } from '../what-if/judge.ts';
import { ModelPath } from './request-bodies.ts';

const Nullable = (type: ReturnType<typeof Type.Number>) => Type.Union([type, Type.Null()]);
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
  found: Nullable(Type.Number()),
  missed: Nullable(Type.Number()),
  falseAlarms: Nullable(Type.Number()),
  meanDelayMs: Nullable(Type.Number()),
  rows: Type.Integer(),
  score: Nullable(Type.Number()),
  frozenScore: Nullable(Type.Number()),
  liveScore: Nullable(Type.Number()),
  retrains: Type.Integer(),
  published: Type.Integer(),
  trainingRows: Type.Integer(),
  trainingSteps: Type.Integer(),
});

const Said = Type.Union([Type.Object({ state: Type.String(), action: Type.String() }), Type.Null()]);

const WhatIfView = Type.Object({
  model: Type.String(),
  verdicts: Type.Array(
    Type.Object({
      windowStart: Time,
      windowEnd: Time,
      state: Type.String(),
      likelihood: Type.Number(),
      action: Type.String(),
    }),
  ),
  retrains: Type.Array(Type.Object({ eventTime: Time, reasons: Type.Array(Type.String()) })),
  differences: Type.Array(Type.Object({ windowStart: Time, windowEnd: Time, live: Said, replayed: Said }), {
    description: 'Windows that are judged otherwise than they were.',
  }),
});

/** Backtests that were saved, and what other settings would have said of what was sketched. */
export function backtestRoutes({ registry, warehouse, bus }: GatewayContext): FastifyPluginAsyncTypebox {
  const whatIf = createWhatIf();
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
    app.post(
      '/what-if',
      {
        // It changes nothing, but takes a core for seconds.
        config: { role: 'operator' },
        schema: {
          summary: 'Verdicts with other settings, beside those that were given',
          description:
            'Judges again what the drift services have sketched in the last days. Settings that rows are sketched by (window.lengthMs, features) are refused: `driftloop backtest` replays rows.',
          tags: ['backtests'],
          params: ModelPath,
          body: Type.Object(
            {
              overrides: Type.Record(Type.String(), Type.Unknown(), {
                description: 'Dotted paths of the spec and the values to use instead.',
              }),
              from: Type.Optional(Time),
              to: Type.Optional(Time),
            },
            { additionalProperties: false },
          ),
          response: { 200: WhatIfView, 400: Problem, 404: Problem, 429: Problem },
        },
      },
      async ({ params: { model }, body: { overrides, from = 0, to = 8.64e15 } }) => {
        const asked = { model, from, to, overrides };
        requireModel(registry, model);
        const result = await whatIf.ask((judge) =>
          backtestSketches({ registry, warehouse, bus }, asked, judge),
        );
        return {
          model,
          verdicts: result.verdicts.map(({ windowStart, windowEnd, state, likelihood, action }) => ({
            windowStart,
            windowEnd,
            state,
            likelihood,
            action,
          })),
          retrains: result.commands
            .filter(({ action }) => action === 'retrain')
            .map(({ eventTime, reasons }) => ({ eventTime, reasons: [...reasons] })),
          differences: [...result.differences],
        };
      },
    );
  };
}
