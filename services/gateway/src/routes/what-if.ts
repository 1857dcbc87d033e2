import { requireModel } from '@driftloop/registry';
import { backtestSketches, settingsOf } from '@driftloop/replay';
import type { DriftVerdict } from '@driftloop/schemas';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { GatewayContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { createWhatIf } from '../what-if/judge.ts';
import { ModelPath } from './request-bodies.ts';

const Time = Type.Integer({ description: 'Event time, epoch milliseconds.' });

const Setting = Type.Object({
  path: Type.String({ description: 'Dotted path in the spec.' }),
  kind: Type.Union(
    [
      Type.Literal('flag'),
      Type.Literal('whole'),
      Type.Literal('number'),
      Type.Literal('text'),
      Type.Literal('names'),
      Type.Literal('versions'),
      Type.Literal('limits'),
    ],
    { description: 'names: a list of `choices`; limits: a list of { metric, value }, metrics of `choices`.' },
  ),
  value: Type.Unknown({ description: 'As the spec has it.' }),
  meaning: Type.String(),
  choices: Type.Array(Type.String()),
});

const Said = Type.Union([Type.Object({ state: Type.String(), action: Type.String() }), Type.Null()]);

const Verdicts = Type.Array(
  Type.Object({
    windowStart: Time,
    windowEnd: Time,
    state: Type.String(),
    likelihood: Type.Number(),
    action: Type.String(),
  }),
);

const WhatIfView = Type.Object({
  model: Type.String(),
  verdicts: Verdicts,
  live: Verdicts,
  retrains: Type.Array(Type.Object({ eventTime: Time, reasons: Type.Array(Type.String()) })),
  differences: Type.Array(Type.Object({ windowStart: Time, windowEnd: Time, live: Said, replayed: Said }), {
    description: 'Windows that are judged otherwise than they were.',
  }),
});

const tags = ['backtests'];

/** What other settings would have said of what was sketched, and which there are. */
export function whatIfRoutes({ registry, warehouse, bus }: GatewayContext): FastifyPluginAsyncTypebox {
  const whatIf = createWhatIf();
  return async (app) => {
    app.get(
      '/what-if',
      {
        config: { role: 'viewer' },
        schema: {
          summary: 'Settings that a what-if may be asked with, as the spec has them',
          tags,
          params: ModelPath,
          response: { 200: Type.Object({ settings: Type.Array(Setting) }), 404: Problem },
        },
      },
      async ({ params: { model } }) => ({
        settings: settingsOf(requireModel(registry, model).spec).map(({ choices, ...setting }) => ({
          ...setting,
          choices: [...choices],
        })),
      }),
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
          tags,
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
          verdicts: result.verdicts.map(briefly),
          live: result.live.map(briefly),
          retrains: result.commands
            .filter(({ action }) => action === 'retrain')
            .map(({ eventTime, reasons }) => ({ eventTime, reasons: [...reasons] })),
          differences: [...result.differences],
        };
      },
    );
  };
}

function briefly({ windowStart, windowEnd, state, likelihood, action }: DriftVerdict) {
  return { windowStart, windowEnd, state, likelihood, action };
}
