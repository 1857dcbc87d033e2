import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { RawInsertFormat } from 'chdb';
import { type Connection, type InsertTarget, quote } from './engine.ts';
import { lineBatches } from './line-batches.ts';
import type { InsertHead } from './statement.ts';

/**
 * Rows are inserted in batches of this size, as a server would form blocks; an insert below it is
 * all or nothing.
 */
const BATCH_BYTES = 8 * 1024 * 1024;

const DEDUPLICATION_TOKEN = 'insert_deduplication_token';

/** Formats in which a line break is always the end of a row, by all their names. */
const LINE_FORMATS: ReadonlyMap<string, RawInsertFormat> = new Map([
  ['JSONEachRow', 'JSONEachRow'],
  ['JSONLines', 'JSONEachRow'],
  ['NDJSON', 'JSONEachRow'],
  ['JSONCompactEachRow', 'JSONCompactEachRow'],
  ['TabSeparated', 'TabSeparated'],
  ['TSV', 'TabSeparated'],
]);

const PLAIN_NAME = '(?:[A-Za-z_]\\w*|`[A-Za-z_]\\w*`|"[A-Za-z_]\\w*")';
const PLAIN_TARGET = new RegExp(
  `^\\s*INSERT\\s+INTO\\s+(?:TABLE\\s+)?(${PLAIN_NAME}(?:\\.${PLAIN_NAME})?)\\s*(?:\\(((?:\\s*${PLAIN_NAME}\\s*,?)+)\\)\\s*)?$`,
  'i',
);

/** What an insert wrote; zeros where the engine does not say. */
export interface Inserted {
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Inserts the rows that follow `INSERT … FORMAT x`. Line formats into plainly named tables stream
 * through memory in batches; everything else (binary formats, quoted names, table functions, a
 * SETTINGS clause) goes through a temporary file.
 *
 * @param settings of the query: with a deduplication token each batch gets its own, or all but the
 *   first would be dropped
 */
export async function insertRows(
  connection: Connection,
  head: InsertHead,
  data: AsyncIterable<Buffer>,
  settings: ReadonlyMap<string, string>,
): Promise<Inserted> {
  const target = plainTarget(head);
  if (target === undefined) return insertFromFile(connection, head, data);
  const token = settings.get(DEDUPLICATION_TOKEN);
  let [rows, bytes, batches] = [0, 0, 0];
  for await (const batch of lineBatches(data, BATCH_BYTES)) {
    if (token !== undefined && batches > 0) await connection.set(DEDUPLICATION_TOKEN, `${token}:${batches}`);
    const written = await connection.insert(target, batch);
    rows += written.rows;
    bytes += written.bytes;
    batches++;
  }
  return { rows, bytes };
}

function plainTarget(head: InsertHead): InsertTarget | undefined {
  const format = LINE_FORMATS.get(head.format);
  const [, table, columns] = PLAIN_TARGET.exec(head.target) ?? [];
  if (format === undefined || table === undefined || head.settings !== '') return undefined;
  const unquote = (name: string): string => name.replaceAll(/[`"]/g, '').trim();
  return {
    table: unquote(table),
    format,
    ...(columns === undefined ? {} : { columns: columns.split(',').map(unquote) }),
  };
}

async function insertFromFile(
  connection: Connection,
  head: InsertHead,
  data: AsyncIterable<Buffer>,
): Promise<Inserted> {
  const file = join(tmpdir(), `driftloop-insert-${randomUUID()}`);
  try {
    await pipeline(data, createWriteStream(file));
    await connection.query(
      `${head.target} FROM INFILE ${quote(file)} COMPRESSION 'none' ${head.settings} FORMAT ${head.format}`,
      'Null',
    );
    return { rows: 0, bytes: 0 };
  } finally {
    await rm(file, { force: true });
  }
}
