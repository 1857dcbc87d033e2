import { queryOptions } from '@tanstack/react-query';
import { gateway, told } from '../api/client.ts';
import type { paths } from '../api/generated/gateway.ts';

/** What became of a request. */
export type RequestStatus =
  paths['/models/{model}/requests/{requestId}']['get']['responses'][200]['content']['application/json'];

export const requestQuery = (model: string, requestId: string) =>
  queryOptions({
    queryKey: ['request', model, requestId],
    queryFn: () =>
      told(gateway.GET('/models/{model}/requests/{requestId}', { params: { path: { model, requestId } } })),
    // Its label may come late.
    refetchInterval: 5_000,
  });
