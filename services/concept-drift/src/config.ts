import { commonConfig } from '@driftloop/service';
import Type, { type Static } from 'typebox';

export const configSchema = Type.Object({
  ...commonConfig,
  LABEL_JOIN_RECENT: Type.Integer({
    default: 50_000,
    minimum: 0,
    maximum: 10_000_000,
    description:
      'Newest answers, and newest requests, that are kept in memory, where labels find them sooner than in ClickHouse. Requests take 64 MiB at most.',
  }),
});

/** Settings of the service. */
export type Config = Readonly<Static<typeof configSchema>>;
