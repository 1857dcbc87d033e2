import { createInterface } from 'node:readline';
import { DriftloopError } from '@driftloop/errors';
import type { ColumnTable, ReadOptions } from '../column-table.ts';
import type { FileBytes } from '../files/open-bytes.ts';
import { requireUtf8 } from '../files/require-utf8.ts';
import { columnsTold } from '../told.ts';
import { createTypedColumns } from '../typed-columns.ts';

/**
 * Reads JSON lines, an object per line, or one JSON list of objects. Nested objects become columns
 * with dotted names, a key that is not there is missing.
 */
export async function readJson(
  bytes: FileBytes,
  format: 'JSON lines' | 'JSON',
  options: ReadOptions,
): Promise<ColumnTable> {
  const { path } = bytes;
  const places: number[] = [];
  const word = format === 'JSON' ? 'object' : 'line';
  const where = (row: number) => `${word} ${places[row] ?? row + 1}`;
  const missing = new Set(['', ...(options.missing ?? [])]);
  const columns = createTypedColumns(
    (row) => `${path} ${where(row)}`,
    (text) => missing.has(text),
  );
  let rows = 0;
  for await (const { place, value } of format === 'JSON' ? listOf(bytes) : linesOf(bytes)) {
    if (value === null || typeof value !== 'object' || Array.isArray(value))
      throw invalid(`${path} ${word} ${place} is no object. Needed is one per row: {"column": value, ...}`);
    places.push(place);
    for (const [name, cell] of Object.entries(value)) columns.set(rows, name, cell);
    rows += 1;
  }
  const decided = columns.finish(rows);
  const taken = [format === 'JSON' ? 'a JSON list' : 'JSON lines', ...columnsTold(decided.columns)];
  return { path, format: 'JSON lines', rows, columns: decided.columns, where, taken, isPlain: false };
}

type Value = { readonly place: number; readonly value: unknown };

async function* linesOf(bytes: FileBytes): AsyncGenerator<Value> {
  const { path } = bytes;
  let place = 0;
  for await (const line of textOf(bytes)) {
    place += 1;
    const text = place === 1 ? line.replace(/^\ufeff/, '') : line;
    if (text.trim() === '') continue;
    yield { place, value: parsed(text, `${path} line ${place}`, place === 1) };
  }
}

async function* listOf(bytes: FileBytes): AsyncGenerator<Value> {
  const lines: string[] = [];
  for await (const line of textOf(bytes)) lines.push(line);
  const list = parsed(lines.join('\n').replace(/^\ufeff/, ''), bytes.path, false);
  if (!Array.isArray(list)) throw invalid(`${bytes.path} is no list of objects.`);
  for (const [index, value] of list.entries()) yield { place: index + 1, value };
}

async function* textOf(bytes: FileBytes): AsyncGenerator<string> {
  const source = bytes.stream();
  const checked = source.pipe(requireUtf8(bytes.path));
  source.once('error', (error) => checked.destroy(error));
  const lines = createInterface({ input: checked, crlfDelay: Number.POSITIVE_INFINITY });
  let failure: Error | undefined;
  checked.once('error', (error) => {
    failure = error;
    lines.close();
  });
  for await (const line of lines) yield line;
  if (failure instanceof DriftloopError) throw failure;
  if (failure !== undefined) throw invalid(`${bytes.path} cannot be read: ${failure.message}`);
}

function parsed(text: string, place: string, isFirst: boolean): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const hint = isFirst ? ' Each line must be a whole object: jq -c . makes such lines.' : '';
    throw new DriftloopError('REQUEST_INVALID', `${place} is not JSON: ${(cause as Error).message}.${hint}`, {
      cause,
    });
  }
}

function invalid(message: string): DriftloopError {
  return new DriftloopError('REQUEST_INVALID', message);
}
