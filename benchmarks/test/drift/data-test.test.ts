import assert from 'node:assert/strict';
import { test } from 'node:test';
import { benchDataTest } from '../../src/drift/data-test.ts';

test('the window that is timed closes and is tested', () => {
  const [tested] = benchDataTest(1, new Map());
  assert.ok((tested?.value ?? 0) > 0);
});
