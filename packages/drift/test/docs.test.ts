import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { TEST_NAMES } from '../src/index.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../../docs/drift.md'), 'utf8');

test('docs/drift.md names every test of every signal in its row', () => {
  for (const [signal, names] of Object.entries(TEST_NAMES)) {
    const row = page.split('\n').find((line) => line.startsWith(`| ${signal} |`)) ?? '';
    const named: readonly string[] = row.match(/[a-z][a-z0-9-]*/g) ?? [];
    assert.deepEqual(
      names.filter((name) => !named.includes(name)),
      [],
      signal,
    );
  }
});
