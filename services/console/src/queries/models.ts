import { queryOptions } from '@tanstack/react-query';
import { gateway, told } from '../api/client.ts';
import type { paths } from '../api/generated/gateway.ts';
import { liveInterval } from './live.ts';

/** A model with all its versions. */
export type Model = paths['/models/{model}']['get']['responses'][200]['content']['application/json'];
export type Version = Model['versions'][number];

export const modelQuery = (model: string) =>
  queryOptions({
    queryKey: ['models', model],
    queryFn: () => told(gateway.GET('/models/{model}', { params: { path: { model } } })),
    refetchInterval: liveInterval,
  });
