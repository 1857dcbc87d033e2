import { CHOICE, STRATEGIES, type Strategy } from '@driftloop/continual';
import { continualBenchmark, type StrategyFigures } from '@driftloop/warehouse';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { GatewayContext } from '../context.ts';
import { BOUT } from '../strategies/bout.ts';
import { ScenarioView, StrategyView } from './strategy-bodies.ts';

const tags = ['strategies'];

/** GET strategies: which there are, and what the benchmark measured of them. */
export function strategyRoutes({ warehouse }: GatewayContext): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '',
      {
        config: { role: 'viewer' },
        schema: {
          summary: 'How models learn from new rows without forgetting old ones',
          tags,
          response: {
            200: Type.Object({
              strategies: Type.Array(StrategyView),
              bout: Type.String({ description: 'Name of the studies that hold them against each other.' }),
            }),
          },
        },
      },
      async () => ({
        strategies: [
          { ...CHOICE, among: [...CHOICE.among], source: null, settings: {} },
          ...STRATEGIES.map(viewOf),
        ],
        bout: BOUT,
      }),
    );
    app.get(
      '/benchmark',
      {
        config: { role: 'viewer' },
        schema: {
          summary: 'What `pnpm bench continual` measured of strategies, by scenario',
          description: 'Nothing where it was never run with CLICKHOUSE_URL set.',
          tags,
          response: { 200: Type.Object({ scenarios: Type.Array(ScenarioView) }) },
        },
      },
      async () => ({ scenarios: scenariosOf(await continualBenchmark(warehouse)) }),
    );
  };
}

function viewOf({ name, summary, source, settings }: Strategy) {
  return {
    name,
    summary,
    source: source === undefined ? null : { ...source },
    settings: { ...settings },
    among: null,
  };
}

function scenariosOf(figures: readonly StrategyFigures[]) {
  const names = [...new Set(figures.map(({ scenario }) => scenario))];
  return names.map((name) => {
    const own = figures.filter(({ scenario }) => scenario === name);
    return {
      scenario: name,
      title: own.find(({ title }) => title !== '')?.title ?? '',
      results: own
        .map(({ scenario: _, title: __, curve, blocks, ...rest }) => ({
          ...rest,
          curve: [...curve],
          blocks: [...blocks],
        }))
        .sort((one, other) => other.accuracy - one.accuracy),
    };
  });
}
