import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';

/** A file of SQL statements with {{name}} placeholders. */
export interface SqlFile {
  /** File name without its ending. */
  readonly name: string;
  readonly text: string;
}

/** Reads the .sql files of a folder in the order of their names. */
export async function readSqlFiles(folder: URL): Promise<SqlFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => ({
      name: name.slice(0, -'.sql'.length),
      text: await readFile(new URL(name, folder), 'utf8'),
    })),
  );
}

/**
 * SHA-256 of the text as it is in the file: without the values of placeholders, so the same on
 * every host.
 */
export function checksum(text: string): string {
  return createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex');
}

/**
 * Fills in the placeholders and cuts the text into statements, which end with a semicolon at the
 * end of a line.
 */
export function statements(text: string, values: Readonly<Record<string, string>>): string[] {
  const filled = text.replace(/\{\{(\w+)\}\}/g, (placeholder, name: string) => values[name] ?? placeholder);
  const unknown = /\{\{\w+\}\}/.exec(filled);
  if (unknown) throw new Error(`A migration has an unknown placeholder ${unknown[0]}.`);
  return filled
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
