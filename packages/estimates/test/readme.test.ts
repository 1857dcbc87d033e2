import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';

const FOLDER = resolve(import.meta.dirname, '..');

test("the README's example is the file in examples, and prints what the README says", () => {
  const readme = readFileSync(resolve(FOLDER, 'README.md'), 'utf8');
  const example = resolve(FOLDER, 'examples/estimate-accuracy.ts');
  const [, code] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  assert.equal(code, readFileSync(example, 'utf8'));
  const [, output] = /```text\n([\s\S]*?)```/.exec(readme) ?? [];
  assert.equal(execFileSync(process.execPath, [example], { encoding: 'utf8' }), output);
});
