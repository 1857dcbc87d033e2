import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DriftloopError, ERROR_CODES, isRetriable } from '../src/index.ts';

test('docs/errors.md lists every code with its meaning, and no other', () => {
  const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `([A-Z0-9_]+)` \| (.+?) \| .+ \|$/gm)];
  const documented = Object.fromEntries(rows.map(([, code, meaning]) => [code, meaning]));
  assert.deepEqual(documented, ERROR_CODES);
});

test('an error keeps its code, its cause and whether to try again', () => {
  const cause = new Error('refused');
  const error = new DriftloopError('KAFKA_UNAVAILABLE', 'Kafka at a:1 cannot be reached.', {
    cause,
    retriable: true,
  });
  assert.equal(error.code, 'KAFKA_UNAVAILABLE');
  assert.equal(error.cause, cause);
  assert(isRetriable(error));
  assert(!isRetriable(new DriftloopError('CONFIG_INVALID', 'x')));
  assert(!isRetriable(cause));
});
