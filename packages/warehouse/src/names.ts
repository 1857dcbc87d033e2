import { DriftloopError } from '@driftloop/errors';

/**
 * Checks the name of a database, which cannot be bound as a parameter everywhere.
 *
 * @throws DriftloopError CONFIG_INVALID unless it is letters, digits and underscores, at most 64
 */
export function checkDatabaseName(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(name)) return name;
  throw new DriftloopError(
    'CONFIG_INVALID',
    `The database name ${JSON.stringify(name)} is not valid: use letters, digits and underscores, at most 64, not a digit first.`,
  );
}

/**
 * Name of the database of a topic prefix: `driftloop`, or `driftloop_<prefix>` with other
 * characters as underscores.
 */
export function databaseOf(topicPrefix: string): string {
  const suffix = topicPrefix.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_|_$/g, '');
  return checkDatabaseName(suffix === '' ? 'driftloop' : `driftloop_${suffix}`);
}

/** An SQL string literal, for the settings of table engines, which cannot be bound. */
export function literal(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
