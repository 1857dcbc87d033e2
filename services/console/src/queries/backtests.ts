import { queryOptions } from '@tanstack/react-query';
import { gateway, told } from '../api/client.ts';
import type { paths } from '../api/generated/gateway.ts';

/** A saved backtest in figures, and one with its verdicts. */
export type Backtest =
  paths['/models/{model}/backtests']['get']['responses'][200]['content']['application/json']['backtests'][number];
export type WholeBacktest =
  paths['/models/{model}/backtests/{backtestId}']['get']['responses'][200]['content']['application/json'];

/** So many are listed, the newest first. */
const MOST_BACKTESTS = 200;

export const backtestsQuery = (model: string) =>
  queryOptions({
    queryKey: ['backtests', model],
    queryFn: async () =>
      (
        await told(
          gateway.GET('/models/{model}/backtests', {
            params: { path: { model }, query: { limit: MOST_BACKTESTS } },
          }),
        )
      ).backtests,
    refetchInterval: 15_000,
  });

/** What is saved does not change. */
export const backtestQuery = (model: string, backtestId: string) =>
  queryOptions({
    queryKey: ['backtest', model, backtestId],
    queryFn: () =>
      told(
        gateway.GET('/models/{model}/backtests/{backtestId}', { params: { path: { model, backtestId } } }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
