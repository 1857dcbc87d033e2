import { MOST_WAITING_BYTES } from '@driftloop/drift';
import { commonConfig } from '@driftloop/service';
import Type, { type Static } from 'typebox';

export const configSchema = Type.Object({
  ...commonConfig,
  ENSEMBLE_CHECKPOINT_MS: Type.Integer({
    default: 1_000,
    minimum: 0,
    description: 'Least time between two checkpoints of what is known of each model.',
  }),
  ENSEMBLE_WAITING_BYTES: Type.Integer({
    default: MOST_WAITING_BYTES,
    minimum: 0,
    description:
      'Memory for sketches that wait for an input partition that is behind, for each signal and partition of drift.sketches. What comes beyond it is read again later.',
  }),
});

/** Settings of the ensemble. */
export type Config = Readonly<Static<typeof configSchema>>;
