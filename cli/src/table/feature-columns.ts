import { DriftloopError, listed } from '@driftloop/errors';
import type { ModelSpec } from '@driftloop/schemas';
import { comesByName } from '@driftloop/spec';
import type { Column } from '@driftloop/tables';
import type { OpenTable } from './open-table.ts';

/**
 * The columns that a spec's features are in, in its order: by their names, or, where a file of
 * numbers calls them otherwise and has as many, in the file's order. In JSON lines, a feature that
 * may be missing may be so in every row.
 *
 * @param taken names of columns that are something else: the label, the id
 * @throws DriftloopError DATA_INVALID naming the features that are not there
 */
export function featureColumns(
  { table, columns }: OpenTable,
  { model, features }: Pick<ModelSpec, 'model' | 'features'>,
  taken: readonly (string | undefined)[],
): Column[] {
  const rest = columns.filter(({ name }) => !taken.includes(name));
  const byName = new Map(rest.map((column) => [column.name, column]));
  const found = features.map(
    ({ name, allowMissing }) =>
      byName.get(name) ?? (table.format === 'JSON lines' && allowMissing ? missingColumn(name) : undefined),
  );
  if (found.every((column) => column !== undefined)) return found;
  const isOrdered =
    rest.length === features.length &&
    !features.some(comesByName) &&
    features.every(({ name }, place) => !byName.has(name) || rest[place]?.name === name);
  if (isOrdered) return rest;
  const absent = features.filter((_, place) => found[place] === undefined).map(({ name }) => name);
  throw new DriftloopError(
    'DATA_INVALID',
    `${table.path} has ${rest.length} feature columns, the spec of '${model}' names ${features.length}. Not there: ${listed(absent)}. The file has ${listed(rest.map(({ name }) => name))}.`,
  );
}

function missingColumn(name: string): Column {
  return { name, kind: 'empty', text: () => undefined, number: () => Number.NaN };
}
