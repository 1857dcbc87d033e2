import { queryOptions } from '@tanstack/react-query';
import { gateway, told } from '../api/client.ts';
import type { paths } from '../api/generated/gateway.ts';
import { liveInterval } from './live.ts';

/** How every model stands. */
export type Overview = paths['/overview']['get']['responses'][200]['content']['application/json'];
export type Standing = Overview['models'][number];

export const overviewQuery = () =>
  queryOptions({
    queryKey: ['overview'],
    queryFn: () => told(gateway.GET('/overview')),
    refetchInterval: liveInterval,
  });
