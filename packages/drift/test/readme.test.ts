import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import vm from 'node:vm';
import { createRandom } from '@driftloop/stats';
import * as drift from '../src/index.ts';
import { rowsOf, specOf } from './fixtures.ts';

test("the README's example runs and prints what it says", () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const code = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const expected = [...code.matchAll(/^\/\/ drift since .*(?:\n\/\/ .*)*/gm)].map(([comment]) =>
    comment.replaceAll(/\n?\/\/ /g, ' ').trim(),
  );
  const printed: string[] = [];
  const spec = specOf({ numeric: 2, lengthMs: 250, minSamples: 100 });
  const random = createRandom(1);
  const scope = vm.createContext({
    ...drift,
    createRandom,
    spec,
    makeRows: (rows: number) => rowsOf(spec, rows, random),
    answer: ({ features, rows }: { features: Float32Array; rows: number }) =>
      Float32Array.from({ length: rows }, (_, i) => ((features[2 * i] ?? 0) > 0 ? 0.8 : 0.2)),
    console: { log: (line: string) => printed.push(line) },
  });
  // The example's import line names what the scope holds.
  vm.runInContext(code.replace(/^import .*$/gm, ''), scope);
  assert.equal(expected.length, 1);
  assert.deepEqual(printed, expected);
});
