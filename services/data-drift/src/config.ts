import { commonConfig } from '@driftloop/service';
import Type, { type Static } from 'typebox';

export const configSchema = Type.Object(commonConfig);

/** Settings of the service. */
export type Config = Readonly<Static<typeof configSchema>>;
