import { mayTouch } from '@driftloop/access';
import { requireModel } from '@driftloop/registry';
import {
  bestRow,
  isFinished,
  proposalOf,
  requireStudy,
  type StudyState,
  studyTable,
} from '@driftloop/studies';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { requireAllowed } from '../access/allow.ts';
import type { Identity } from '../access/identity.ts';
import type { GatewayContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { differences } from '../specs/diff.ts';
import { Progress, Proposed, Row, Values } from './study-bodies.ts';

const StudyPath = Type.Object({
  study: Type.String({ minLength: 1, description: 'Its id, or its name for the newest of that name.' }),
});
const tags = ['studies'];

/** GET studies: how far they are, what they came to, and what they propose. */
export function studyRoutes({ studies, registry }: GatewayContext): FastifyPluginAsyncTypebox {
  /** The study that is named, whose model the caller may see. */
  const visible = (named: string, caller: Identity | undefined): StudyState => {
    const state = requireStudy(studies.all, named);
    if (caller !== undefined) requireAllowed(caller, { role: 'viewer', ...ownerOf(state) });
    return state;
  };
  return async (app) => {
    app.get(
      '',
      {
        config: { role: 'viewer' },
        schema: {
          summary: 'Studies and how far they are, the newest first',
          tags,
          response: { 200: Type.Object({ studies: Type.Array(Progress) }) },
        },
      },
      async ({ caller }) => ({
        studies: [...studies.all.values()]
          .filter((state) => isTheirs(state, caller))
          .map((state) => progressOf(state))
          .reverse(),
      }),
    );
    app.get(
      '/:study',
      {
        config: { role: 'viewer' },
        schema: {
          summary: 'What a study came to: its runs, those that no other beats first',
          tags,
          params: StudyPath,
          querystring: Type.Object({
            limit: Type.Integer({ minimum: 1, maximum: 10_000, default: 1_000, description: 'Most runs.' }),
          }),
          response: {
            200: Type.Object({
              ...Progress.properties,
              objectives: Type.Array(
                Type.Object({ of: Type.String(), wanted: Type.String({ description: 'low or high.' }) }),
              ),
              best: Type.Union([Type.Integer(), Type.Null()], {
                description: 'Run that is best by the first objective; null where none is done.',
              }),
              runs: Type.Integer({ description: 'How many there are, those beyond the limit too.' }),
              rows: Type.Array(Row),
              all: Type.Record(Type.String(), Values, {
                description: 'Numbers of steps that are for all runs, by step.',
              }),
            }),
            404: Problem,
          },
        },
      },
      async ({ params, query: { limit }, caller }) => {
        const state = visible(params.study, caller);
        const table = studyTable(state);
        const sorted = [...table.rows].sort(
          (a, b) => Number(b.isFront) - Number(a.isFront) || a.sample - b.sample,
        );
        return {
          ...progressOf(state, table.counts),
          objectives: table.objectives.map((objective) => ({ ...objective })),
          best: bestRow(table)?.sample ?? null,
          runs: table.rows.length,
          rows: sorted.slice(0, limit).map(({ values, metrics, ...row }) => ({
            ...row,
            values: { ...values },
            metrics: { ...metrics },
          })),
          all: Object.fromEntries(Object.entries(table.all).map(([step, metrics]) => [step, { ...metrics }])),
        };
      },
    );
    app.get(
      '/:study/proposal',
      {
        config: { role: 'viewer' },
        schema: {
          summary: "The model's spec with the best setting, and what would be different; it changes nothing",
          description: 'PUT /models/{model}/spec with its `spec` puts it into effect.',
          tags,
          params: StudyPath,
          querystring: Type.Object({
            of: Type.Optional(Type.Integer({ minimum: 0, description: 'Of this run instead of the best.' })),
          }),
          response: { 200: Proposed, 400: Problem, 404: Problem },
        },
      },
      async ({ params, query: { of }, caller }) => {
        const state = visible(params.study, caller);
        const specOf = (model: string) => requireModel(registry, model).spec;
        const proposal = proposalOf(state, specOf, of === undefined ? {} : { of });
        const found = differences({ ...specOf(proposal.model) }, { ...proposal.spec });
        return {
          model: proposal.model,
          run: proposal.sample,
          values: { ...proposal.values },
          differences: found.map(({ path, before = null, after = null }) => ({ path, before, after })),
          spec: { ...proposal.spec },
        };
      },
    );
  };
}

/** Whose a study is: its model's; one of steps is of no model, and for those who may see all. */
function ownerOf({ study }: StudyState): { readonly model?: string; readonly isForAll?: boolean } {
  return study.backtest === undefined ? { isForAll: true } : { model: study.backtest.model };
}

function isTheirs({ study: { backtest } }: StudyState, caller: Identity | undefined): boolean {
  const theirs = caller?.models ?? null;
  return theirs === null || (backtest !== undefined && mayTouch(theirs, backtest.model));
}

function progressOf(state: StudyState, counts = studyTable(state).counts) {
  const { study, id, isStopped } = state;
  return {
    id,
    name: study.study,
    model: study.backtest?.model ?? null,
    design: study.design.kind,
    state: isStopped ? 'stopped' : isFinished(state) ? 'finished' : 'going on',
    counts: { ...counts },
  };
}
