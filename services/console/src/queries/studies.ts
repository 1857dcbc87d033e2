import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { gateway, told } from '../api/client.ts';
import type { paths } from '../api/generated/gateway.ts';

/** How far a study is, one with its runs, and what one proposes. */
export type Study = paths['/studies/{study}']['get']['responses'][200]['content']['application/json'];
/** How far one of all is. */
export type StudyProgress =
  paths['/studies']['get']['responses'][200]['content']['application/json']['studies'][number];
export type StudyRun = Study['rows'][number];
export type Proposal =
  paths['/studies/{study}/proposal']['get']['responses'][200]['content']['application/json'];

/** So many runs are drawn; those that no other beats are among them. */
const MOST_RUNS = 1_000;
/** Jobs make no events. */
const EVERY_MS = 3_000;

export const studiesQuery = () =>
  queryOptions({
    queryKey: ['studies'],
    queryFn: async () => (await told(gateway.GET('/studies'))).studies,
    refetchInterval: EVERY_MS,
  });

export const studyQuery = (study: string) =>
  queryOptions({
    queryKey: ['study', study],
    queryFn: () =>
      told(gateway.GET('/studies/{study}', { params: { path: { study }, query: { limit: MOST_RUNS } } })),
    refetchInterval: ({ state }) => (state.data?.state === 'going on' ? EVERY_MS : false),
  });

/** @param of run. @default the best */
export const proposalQuery = (study: string, of: number | undefined) =>
  queryOptions({
    queryKey: ['proposal', study, of],
    queryFn: () =>
      told(
        gateway.GET('/studies/{study}/proposal', {
          params: { path: { study }, query: of === undefined ? {} : { of } },
        }),
      ),
    placeholderData: keepPreviousData,
    retry: false,
  });

/**
 * Makes a proposal the spec of its model.
 *
 * @throws GatewayProblem where it is refused, so where the spec was changed meanwhile
 */
export async function adopt({ model, spec }: Proposal, reason: string): Promise<string> {
  const { changed } = await told(
    gateway.PUT('/models/{model}/spec', {
      params: { path: { model }, query: { dryRun: false } },
      body: { spec, reason },
    }),
  );
  return changed ? `It is the spec of ${model} now.` : `The spec of ${model} is so already.`;
}
