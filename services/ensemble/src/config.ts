import { commonConfig } from '@driftloop/service';
import Type, { type Static } from 'typebox';

export const configSchema = Type.Object({
  ...commonConfig,
  ENSEMBLE_CHECKPOINT_MS: Type.Integer({
    default: 1_000,
    minimum: 0,
    description: 'Least time between two checkpoints of what is known of each model.',
  }),
});

/** Settings of the ensemble. */
export type Config = Readonly<Static<typeof configSchema>>;
