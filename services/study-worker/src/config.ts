import { commonConfig } from '@driftloop/service';
import Type, { type Static } from 'typebox';

/** Settings of the study worker, by the names of their environment variables. */
export const configSchema = Type.Object({
  ...commonConfig,
  STUDY_FOLDER: Type.String({
    default: '',
    description:
      'Folder that all workers see, in which shell steps run and leave their files. Empty: shell steps are refused, and this worker runs backtests only.',
  }),
});

export type Config = Readonly<Static<typeof configSchema>>;
