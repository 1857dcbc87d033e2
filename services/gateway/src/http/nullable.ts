import Type, { type TSchema } from 'typebox';

/** A value of this type, or null. */
export const nullable = <T extends TSchema>(type: T) => Type.Union([type, Type.Null()]);
