import { queryOptions } from '@tanstack/react-query';
import { gateway, told } from '../api/client.ts';
import type { paths } from '../api/generated/gateway.ts';
import type { Span } from './history.ts';

/** Every strategy, and what studies that hold them against each other are called. */
export type Zoo = paths['/strategies']['get']['responses'][200]['content']['application/json'];
export type Strategy = Zoo['strategies'][number];
/** What the benchmark measured in one scenario. */
export type Scenario =
  paths['/strategies/benchmark']['get']['responses'][200]['content']['application/json']['scenarios'][number];
export type Figures = Scenario['results'][number];

/** It changes with a release. */
export const strategiesQuery = () =>
  queryOptions({
    queryKey: ['strategies'],
    queryFn: () => told(gateway.GET('/strategies')),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const benchmarkQuery = () =>
  queryOptions({
    queryKey: ['benchmark'],
    queryFn: async () => (await told(gateway.GET('/strategies/benchmark'))).scenarios,
  });

/** What a bout is asked with. */
export interface BoutAsked {
  readonly strategies: readonly string[];
  readonly span: Span;
  /** Time of the log that a training run takes, ms. */
  readonly trainingMs: number;
}

/**
 * Begins a bout of strategies on a model's own stream.
 *
 * @returns the id of the study that it is
 * @throws GatewayProblem where it is refused
 */
export async function beginBout(model: string, { strategies, span, trainingMs }: BoutAsked): Promise<string> {
  const { study } = await told(
    gateway.POST('/models/{model}/bouts', {
      params: { path: { model } },
      body: { ...span, strategies: [...strategies], trainingMs },
    }),
  );
  return study;
}
