import { queryOptions } from '@tanstack/react-query';
import { gateway, told } from '../api/client.ts';
import type { paths } from '../api/generated/gateway.ts';
import type { Span } from './history.ts';

type WhatIfPath = paths['/models/{model}/what-if'];
/** A setting that may be another one. */
export type Setting = WhatIfPath['get']['responses'][200]['content']['application/json']['settings'][number];
/** What other settings would have said. */
export type WhatIf = WhatIfPath['post']['responses'][200]['content']['application/json'];

/** Values by the dotted paths of the spec. */
export type Overrides = Readonly<Record<string, unknown>>;

export const settingsQuery = (model: string) =>
  queryOptions({
    queryKey: ['settings', model],
    queryFn: async () =>
      (await told(gateway.GET('/models/{model}/what-if', { params: { path: { model } } }))).settings,
  });

/** Asked once: it takes the gateway seconds. */
export const whatIfQuery = (model: string, span: Span, overrides: Overrides) =>
  queryOptions({
    queryKey: ['what-if', model, span, overrides],
    queryFn: async ({ signal }) => {
      const begun = performance.now();
      const answer = await told(
        gateway.POST('/models/{model}/what-if', {
          params: { path: { model } },
          body: { ...span, overrides: { ...overrides } },
          signal,
        }),
      );
      return { ...answer, tookMs: performance.now() - begun };
    },
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    retry: false,
  });
