import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { editedFields } from '../src/letters/fields.ts';

let folder: string;
const { VISUAL, EDITOR, TMPDIR } = process.env;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'edit-')), 'of Zoë');
  mkdirSync(folder);
  process.env.TMPDIR = folder;
  delete process.env.VISUAL;
});
afterEach(() => {
  for (const [name, value] of Object.entries({ VISUAL, EDITOR, TMPDIR }))
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  rmSync(join(folder, '..'), { recursive: true });
});

/** An editor that takes an option, and writes a text over the file. */
function useEditor(text: string): void {
  const editor = join(folder, '..', 'editor');
  writeFileSync(editor, `#!/bin/sh\n[ "$1" = --wait ] && [ $# = 2 ] && printf '%s' '${text}' > "$2"\n`);
  chmodSync(editor, 0o700);
  process.env.EDITOR = `${editor} --wait`;
}

test('an editor with arguments gets the path as one word, also where it has spaces', () => {
  useEditor('{"eventTime": 6}');
  assert.deepEqual(editedFields({ record: { eventTime: 5 } }), { eventTime: 6 });
  assert.deepEqual(readdirSync(folder), []);
});

test('what was written and is no JSON is kept, and said where', () => {
  useEditor('{"eventTime": 6,}');
  assert.throws(
    () => editedFields({ record: { eventTime: 5 } }),
    (error: Error) => {
      const [, path = ''] = /^(.*record\.json) is no record as JSON/.exec(error.message) ?? [];
      assert.ok(existsSync(path), error.message);
      assert.match(error.message, /kept in .*--record/);
      return true;
    },
  );
});

test('a record that was left as it is leaves nothing behind', () => {
  process.env.EDITOR = 'true';
  assert.throws(() => editedFields({ record: {} }), /left as it is/);
  assert.deepEqual(readdirSync(folder), []);
});
