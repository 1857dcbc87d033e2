import { commonConfig } from '@driftloop/service';
import Type from 'typebox';

/** Settings that every drift service has. */
export const driftConfig = {
  ...commonConfig,
  DRIFT_CHUNK_SIZE: Type.Integer({
    default: 512,
    minimum: 1,
    maximum: 65_536,
    description:
      'Input offsets per chunk. Must stay the same while the service has unread input; smaller is sooner, larger is cheaper.',
  }),
  DRIFT_IDLE_FLUSH_MS: Type.Integer({
    default: 1_000,
    minimum: 50,
    description:
      'How long a partition must have been read to its end before its unfinished chunk is published.',
  }),
  DRIFT_IDLE_AFTER_MS: Type.Integer({
    default: 10_000,
    minimum: 50,
    description:
      'How long a partition must have been read to its end before windows no longer wait for it; longer than any pause between records that belong together.',
  }),
  DRIFT_CHECKPOINT_MS: Type.Integer({
    default: 2_000,
    minimum: 0,
    description: 'Least time between two checkpoints of the windows that are open.',
  }),
};
