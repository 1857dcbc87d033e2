import { mayTouch } from '@driftloop/access';
import { letterCounts, type ModelOverview, overview } from '@driftloop/warehouse';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { GatewayContext } from '../context.ts';
import { Problem } from '../http/problem.ts';

/** Requests and labels are counted over so long. */
const COUNTED_MS = 3_600_000;
/** The newest one is looked for so far back. */
const LOOKED_MS = 7 * 24 * 3_600_000;

const EpochMs = Type.Number({ description: 'Epoch milliseconds.' });
const Score = Type.Union([
  Type.Object(
    {
      value: Type.Number({ description: 'Accuracy, 0 to 1; mean squared error of a regression.' }),
      expected: Type.Union([Type.Number(), Type.Null()], { description: "In the version's reference." }),
      rows: Type.Integer(),
      windowEnd: EpochMs,
    },
    { additionalProperties: true },
  ),
  Type.Null(),
]);
const Traffic = Type.Object({
  rows: Type.Integer({ description: 'In the last hour.' }),
  newestAt: Type.Union([EpochMs, Type.Null()], { description: 'Within the last seven days.' }),
});

const Standing = Type.Object({
  model: Type.String(),
  task: Type.String(),
  live: Type.Union([Type.Integer(), Type.Null()]),
  canary: Type.Union([Type.Integer(), Type.Null()]),
  shadow: Type.Union([Type.Integer(), Type.Null()]),
  verdict: Type.Union([
    Type.Object({
      version: Type.Integer(),
      state: Type.String({ description: 'stable, warning, drift or recovering.' }),
      likelihood: Type.Number({ description: 'Of drift, 0 to 1.' }),
      windowEnd: EpochMs,
      action: Type.String(),
      evidence: Type.String({ description: 'What weighed most, in words.' }),
    }),
    Type.Null(),
  ]),
  realised: Score,
  estimated: Score,
  requests: Traffic,
  labels: Traffic,
});

const Overview = Type.Object({
  at: EpochMs,
  models: Type.Array(Standing),
  openLetters: Type.Integer({
    description: 'Dead letters that nobody has decided about; 0 for who may see some models only.',
  }),
});

/** GET /overview: how every model stands, in one call. */
export function overviewRoutes({ registry, warehouse, now }: GatewayContext): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/overview',
      {
        config: { role: 'viewer' },
        schema: {
          summary: 'How every model stands: versions, newest verdict, accuracy, traffic',
          tags: ['models'],
          response: { 200: Overview, 503: Problem },
        },
      },
      async ({ caller }) => {
        const at = now();
        const [seen, counts] = await Promise.all([
          overview(warehouse, { countFrom: at - COUNTED_MS, lookFrom: at - LOOKED_MS }),
          letterCounts(warehouse),
        ]);
        const byModel = new Map(seen.map((one) => [one.model, one]));
        const open = counts.filter(({ state }) => state === 'open');
        return {
          at,
          models: registry
            .models()
            .filter(({ spec }) => mayTouch(caller?.models ?? null, spec.model))
            .map(({ spec, state: { live, canary, shadow } }) => ({
              ...(byModel.get(spec.model) ?? nothingOf(spec.model)),
              task: spec.task,
              live,
              canary,
              shadow,
            })),
          // They are counted for all models together.
          openLetters: caller?.models ? 0 : open.reduce((sum, { letters }) => sum + letters, 0),
        };
      },
    );
  };
}

function nothingOf(model: string): ModelOverview {
  const none = { rows: 0, newestAt: null };
  return { model, verdict: null, realised: null, estimated: null, requests: none, labels: none };
}
