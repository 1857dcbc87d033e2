import { queryOptions } from '@tanstack/react-query';
import { gateway, told } from '../api/client.ts';
import type { paths } from '../api/generated/gateway.ts';

/** Whether the parts answer, and how far services are behind. */
export type Status = paths['/status']['get']['responses'][200]['content']['application/json'];

const EVERY_MS = 5_000;

export const statusQuery = () =>
  queryOptions({
    queryKey: ['status'],
    queryFn: () => told(gateway.GET('/status')),
    refetchInterval: EVERY_MS,
  });
