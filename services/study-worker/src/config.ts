import { commonConfig } from '@driftloop/service';
import Type, { type Static } from 'typebox';

/** Settings of the study worker, by the names of their environment variables. */
export const configSchema = Type.Object({
  ...commonConfig,
  STUDY_FOLDER: Type.String({
    default: '',
    description:
      'Folder that all workers see, in which shell steps run and leave their files. Empty: this worker runs backtests only.',
  }),
  STUDY_STEPS_OF: Type.Array(Type.String(), {
    default: [],
    description:
      'Studies whose shell steps this worker runs, by their ids, separated by commas. Empty: those of every study, so whoever may write to study.events runs commands here.',
  }),
});

export type Config = Readonly<Static<typeof configSchema>>;
