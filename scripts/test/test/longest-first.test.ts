import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { LONG_FILES, longestFirst } from '../longest-first.ts';

test('files that are known to take long begin first, none is left out or there twice', () => {
  const [longest = '', second = ''] = LONG_FILES;
  const files = ['b.test.ts', second, 'a.test.ts', longest];
  assert.deepEqual(longestFirst(files), [longest, second, 'a.test.ts', 'b.test.ts']);
});

test('every file that is named is there', () => {
  const root = join(import.meta.dirname, '../../..');
  assert.deepEqual(
    LONG_FILES.filter((file) => !existsSync(join(root, file))),
    [],
  );
});
