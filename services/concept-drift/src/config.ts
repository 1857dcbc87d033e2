import { driftConfig } from '@driftloop/drift-stages';
import Type, { type Static } from 'typebox';

export const configSchema = Type.Object({
  ...driftConfig,
  LABEL_JOIN_GRACE_MS: Type.Integer({
    default: 30_000,
    minimum: 0,
    description: 'How long a label waits for the answer to a request that is known but not served yet.',
  }),
  LABEL_JOIN_RECENT: Type.Integer({
    default: 50_000,
    minimum: 0,
    maximum: 10_000_000,
    description: 'Newest answers that are kept in memory, where labels find them sooner than in ClickHouse.',
  }),
});

/** Settings of the service. */
export type Config = Readonly<Static<typeof configSchema>>;
