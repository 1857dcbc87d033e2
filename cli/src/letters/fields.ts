import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fields, ShownLetter } from '@driftloop/dead-letters';
import { DriftloopError } from '@driftloop/errors';

/**
 * Fields of a record from a JSON file.
 *
 * @throws DriftloopError REQUEST_INVALID when it is no JSON object
 */
export function fieldsOf(path: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DriftloopError('REQUEST_INVALID', `${path} is no record as JSON: ${why}.`, { cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new DriftloopError(
    'REQUEST_INVALID',
    `${path} is no record: a JSON object with the fields to be changed, for example {"eventTime": 1700000000000}.`,
  );
}

/**
 * The record of a dead letter as a person left it in their editor.
 *
 * @throws DriftloopError REQUEST_INVALID when the editor fails, or nothing was changed
 */
export function editedFields({ record = {} }: Pick<ShownLetter, 'record'>): Fields {
  const editor = process.env.VISUAL || process.env.EDITOR || 'vi';
  const folder = mkdtempSync(join(tmpdir(), 'dead-letter-'));
  const path = join(folder, 'record.json');
  const before = `${JSON.stringify(record, null, 2)}\n`;
  try {
    writeFileSync(path, before, { mode: 0o600 });
    // As git does: an editor with arguments is a line of the shell, and the path one word of it.
    const { status, error } = editor.includes(' ')
      ? spawnSync('sh', ['-c', `${editor} "$@"`, editor, path], { stdio: 'inherit' })
      : spawnSync(editor, [path], { stdio: 'inherit' });
    if (status !== 0)
      throw new DriftloopError(
        'REQUEST_INVALID',
        `The editor '${editor}' failed (${error?.message ?? `code ${status}`}); nothing was sent. $EDITOR says which one is used.`,
      );
    if (readFileSync(path, 'utf8') === before)
      throw new DriftloopError('REQUEST_INVALID', 'The record was left as it is; nothing was sent.');
    const fields = fieldsOf(path);
    rmSync(folder, { recursive: true });
    return fields;
  } catch (error) {
    // What a person has written is not thrown away for a comma.
    const isEdited = existsSync(path) && readFileSync(path, 'utf8') !== before;
    if (!isEdited) rmSync(folder, { recursive: true });
    if (!isEdited || !(error instanceof DriftloopError)) throw error;
    throw new DriftloopError(
      'REQUEST_INVALID',
      `${error.message} What was written is kept in ${path}: mend it and give it with --record.`,
      { cause: error },
    );
  }
}
