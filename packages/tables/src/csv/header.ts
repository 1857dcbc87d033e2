import { DriftloopError } from '@driftloop/errors';

/** The columns of a CSV file that have a name. */
export interface Header {
  readonly names: readonly string[];
  /** Where in a record each of them is. */
  readonly places: readonly number[];
  readonly told: readonly string[];
}

/**
 * Reads a header. A column without a name is left out: row numbers that pandas writes, or what a
 * separator at the end of every line makes.
 *
 * @throws DriftloopError REQUEST_INVALID where a name is there twice, or there is no header
 */
export function headerOf(path: string, record: readonly string[]): Header {
  const names = record.map((name) => name.trim());
  const places = [...names.keys()].filter((place) => names[place] !== '');
  const named = places.map((place) => names[place] as string);
  const twice = named.find((name, index) => named.indexOf(name) !== index);
  if (twice !== undefined)
    throw invalid(`${path}: two columns are called '${twice}'. Give one of them another name.`);
  if (named.length > 1 && named.every((name) => !Number.isNaN(Number(name))))
    throw invalid(
      `${path}: its first line, ${named.slice(0, 4).join(', ')}${named.length > 4 ? ', ...' : ''}, is numbers. It must name the columns: put such a line before it.`,
    );
  const without = names.length - named.length;
  const told =
    without === 0 ? [] : [`${without === 1 ? 'a column' : `${without} columns`} without a name left out`];
  return { names: named, places, told };
}

function invalid(message: string): DriftloopError {
  return new DriftloopError('REQUEST_INVALID', message);
}
