import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { gateway, told } from '../api/client.ts';
import type { paths } from '../api/generated/gateway.ts';
import { liveInterval } from './live.ts';

type Histories = 'commands' | 'drift' | 'evidence' | 'history' | 'label-lag' | 'performance' | 'verdicts';
type Rows<H extends Histories> =
  paths[`/models/{model}/${H}`]['get']['responses'][200]['content']['application/json']['rows'][number];

export type CommandRow = Rows<'commands'>;
export type DriftRow = Rows<'drift'>;
export type EvidenceRow = Rows<'evidence'>;
export type HistoryRow = Rows<'history'>;
export type PerformanceRow = Rows<'performance'>;
export type VerdictRow = Rows<'verdicts'>;

/** A span of event time, epoch ms; what is left out has no end. */
export interface Span {
  readonly from?: number;
  readonly to?: number;
}

/** Windows that a timeline holds at most; the newest are kept. */
const MOST_WINDOWS = 500;
const MOST_STEPS = 1_000;
/** Features times windows: a heatmap of fewer windows still fills a screen. */
const MOST_COLUMNS = 200;

/** What was there stays on the screen while another span is asked for. */
const LIVE = { placeholderData: keepPreviousData, refetchInterval: liveInterval } as const;

const ask = (model: string, { from, to }: Span, limit: number) => ({
  params: {
    path: { model },
    query: { limit, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) },
  },
});

export const driftQuery = (model: string, span: Span = {}) =>
  queryOptions({
    queryKey: ['drift', model, span],
    queryFn: async () =>
      (await told(gateway.GET('/models/{model}/drift', ask(model, span, MOST_WINDOWS)))).rows,
    ...LIVE,
  });

export const evidenceQuery = (model: string, span: Span = {}) =>
  queryOptions({
    queryKey: ['evidence', model, span],
    queryFn: async () =>
      (await told(gateway.GET('/models/{model}/evidence', ask(model, span, MOST_COLUMNS)))).rows,
    ...LIVE,
  });

export const performanceQuery = (model: string, span: Span = {}) =>
  queryOptions({
    queryKey: ['performance', model, span],
    queryFn: async () =>
      (await told(gateway.GET('/models/{model}/performance', ask(model, span, 2 * MOST_WINDOWS)))).rows,
    ...LIVE,
  });

export const verdictsQuery = (model: string, span: Span, limit: number) =>
  queryOptions({
    queryKey: ['verdicts', model, span, limit],
    queryFn: async () => (await told(gateway.GET('/models/{model}/verdicts', ask(model, span, limit)))).rows,
    ...LIVE,
  });

export const commandsQuery = (model: string) =>
  queryOptions({
    queryKey: ['commands', model],
    queryFn: async () =>
      (await told(gateway.GET('/models/{model}/commands', ask(model, {}, MOST_STEPS)))).rows,
    ...LIVE,
  });

export const historyQuery = (model: string) =>
  queryOptions({
    queryKey: ['history', model],
    queryFn: async () =>
      (await told(gateway.GET('/models/{model}/history', ask(model, {}, MOST_STEPS)))).rows,
    ...LIVE,
  });

export const labelLagQuery = (model: string) =>
  queryOptions({
    queryKey: ['label-lag', model],
    queryFn: async () =>
      (
        await told(
          gateway.GET('/models/{model}/label-lag', { params: { path: { model }, query: { limit: 7 } } }),
        )
      ).rows,
    refetchInterval: 30_000,
  });
