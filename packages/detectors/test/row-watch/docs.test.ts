import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';

const page = readFileSync(resolve(import.meta.dirname, '../../../../docs/drift.md'), 'utf8');

test("docs/drift.md's example is the file in examples, and prints what the page says", () => {
  const example = resolve(import.meta.dirname, '../../examples/watch-rows.ts');
  const [, code] = /```ts\n([\s\S]*?)```/.exec(page) ?? [];
  assert.equal(code, readFileSync(example, 'utf8'));
  const [, output] = /```text\n([\s\S]*?)```/.exec(page) ?? [];
  assert.equal(execFileSync(process.execPath, [example], { encoding: 'utf8' }), output);
});
