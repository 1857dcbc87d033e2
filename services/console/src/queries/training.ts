import { queryOptions } from '@tanstack/react-query';
import { gateway, told } from '../api/client.ts';
import type { paths } from '../api/generated/gateway.ts';

/** What the trainer said of a run at one moment. */
export type RunReport =
  paths['/models/{model}/commands/{commandId}/progress']['get']['responses'][200]['content']['application/json']['reports'][number];

export const trainingRunQuery = (model: string, commandId: string) =>
  queryOptions({
    queryKey: ['training-run', model, commandId],
    queryFn: async () =>
      (
        await told(
          gateway.GET('/models/{model}/commands/{commandId}/progress', {
            params: { path: { model, commandId } },
          }),
        )
      ).reports,
    // Progress makes no events.
    refetchInterval: 3_000,
  });
