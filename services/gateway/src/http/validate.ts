import { DriftloopError } from '@driftloop/errors';
import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import Value from 'typebox/value';
import { epochOf, IS_MOMENT } from './moment.ts';

/**
 * Validates a part of a call against its TypeBox schema. Queries and paths are text, so they are
 * converted and get their defaults; a body is taken as it is: JSON has types, and a null that
 * became 0 would be a wrong feature.
 */
export const validateByTypeBox: FastifySchemaCompiler<TSchema> = ({ schema, httpPart = 'body' }) => {
  const compiled = Compile(schema);
  return (given: unknown) => {
    const value =
      httpPart === 'body' ? given : Value.Convert(schema, Value.Default(schema, withEpochs(schema, given)));
    if (compiled.Check(value)) return { value };
    const problems = compiled
      .Errors(value)
      .map(({ instancePath, message }) => `${httpPart}${instancePath} ${message}`);
    return {
      error: new DriftloopError(
        'REQUEST_INVALID',
        `The call is not valid: ${[...new Set(problems)].join('; ')}.`,
      ),
    };
  };
};

/** Times of a query may be ISO 8601; whoever reads them has epoch milliseconds. */
function withEpochs(schema: TSchema, given: unknown): unknown {
  const { properties } = schema as { properties?: Readonly<Record<string, object>> };
  if (properties === undefined || typeof given !== 'object' || given === null) return given;
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      IS_MOMENT in (properties[name] ?? {}) ? epochOf(value) : value,
    ]),
  );
}
