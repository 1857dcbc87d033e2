import { requireModel } from '@driftloop/registry';
import { commands, type HistoryQuery, strongestEvidence } from '@driftloop/warehouse';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type, { type TSchema } from 'typebox';
import type { GatewayContext } from '../context.ts';
import { moment } from '../http/moment.ts';
import { Problem } from '../http/problem.ts';
import {
  AlarmBudgetRow,
  CommandRow,
  DriftRow,
  HistoryRow,
  LabelLagRow,
  OutputPerformanceRow,
  PerformanceRow,
  StrongestRow,
  VerdictRow,
} from './history-rows.ts';
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
/** Each of the queries gives rows of its own; the serializer holds them to their schema. */
const rowsOf = (row: TSchema) => Type.Object({ rows: Type.Array(Type.Unsafe<Record<string, unknown>>(row)) });
const WINDOWS = rangeOf('Windows that begin');

/**
 * GET drift history, verdicts and performance of a model, oldest first; the limit keeps the newest.
 */
export function driftRoutes({ registry, warehouse }: GatewayContext): FastifyPluginAsyncTypebox {
  const queries = {
    drift: {
      summary:
        'Each window and version: the strongest evidence of each signal, what drifted, and the verdict',
      querystring: WINDOWS,
      row: DriftRow,
      read: warehouse.driftHistory,
    },
    verdicts: {
      summary: 'What the ensemble concluded',
      querystring: rangeOf('Windows that reach'),
      row: VerdictRow,
      read: warehouse.verdicts,
    },
    performance: {
      summary:
        'How good each version was by window: every metric estimated before labels come, with bounds; the best that is known now; what labels say; and how likely the limit was missed',
      querystring: WINDOWS,
      row: PerformanceRow,
      read: warehouse.performance,
    },
    'performance/outputs': {
      summary: 'The same of each of several outputs: the figures that fit its role',
      querystring: WINDOWS,
      row: OutputPerformanceRow,
      read: warehouse.outputPerformance,
    },
    history: {
      summary: 'What became of each version',
      querystring: rangeOf('Steps by event time'),
      row: HistoryRow,
      read: warehouse.modelHistory,
    },
    'alarm-budget': {
      summary: 'What the false-alarm budgets promise, in windows and in labelled rows, and the alarms since',
      querystring: Type.Object({}),
      row: AlarmBudgetRow,
      read: warehouse.alarmBudget,
    },
    'label-lag': {
      summary: 'How late labels are',
      querystring: Type.Object({ limit }),
      row: LabelLagRow,
      read: warehouse.labelLag,
    },
    evidence: {
      summary: 'The strongest evidence of each signal and feature by window; the limit is of windows',
      querystring: WINDOWS,
      row: StrongestRow,
      read: (model: string, query: HistoryQuery) => strongestEvidence(warehouse, model, query),
    },
    commands: {
      summary: 'What was asked of the trainer, on which rows and why, and how far it has come',
      querystring: rangeOf('Decisions by event time'),
      row: CommandRow,
      read: (model: string, query: HistoryQuery) => commands(warehouse, model, query),
    },
  };
  return async (app) => {
    for (const [path, { summary, querystring, row, read }] of Object.entries(queries)) {
      app.get(
        `/${path}`,
        {
          config: { role: 'viewer' },
          schema: {
            summary,
            tags: ['drift'],
            params: ModelPath,
            querystring,
            response: { 200: rowsOf(row), 400: Problem, 404: Problem },
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
