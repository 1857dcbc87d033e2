import { driftConfig } from '@driftloop/drift-stages';
import Type, { type Static } from 'typebox';

export const configSchema = Type.Object(driftConfig);

/** Settings of the service. */
export type Config = Readonly<Static<typeof configSchema>>;
