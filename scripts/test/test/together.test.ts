import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { together } from '../together.ts';

const folder = mkdtempSync(join(tmpdir(), 'together-'));
after(() => rmSync(folder, { recursive: true }));

test('files of one package share a process unless they take long or need one of their own', () => {
  const files = [
    'cli/test/up.test.ts',
    'packages/spec/test/a.test.ts',
    'packages/bus/test/a.test.ts',
    'packages/spec/test/long.test.ts',
    'packages/spec/test/deep/b.test.ts',
    'packages/stats/test/c.test.ts',
    'packages/bus/test/b.test.ts',
  ];
  const processes = together('/project', files, (file) => file.includes('long'), folder);
  assert.deepEqual(
    processes.map(({ files: own }) => own),
    [
      ['cli/test/up.test.ts'],
      ['packages/spec/test/a.test.ts', 'packages/spec/test/deep/b.test.ts'],
      ['packages/bus/test/a.test.ts'],
      ['packages/spec/test/long.test.ts'],
      ['packages/stats/test/c.test.ts'],
      ['packages/bus/test/b.test.ts'],
    ],
  );
  assert.equal(processes[0]?.entry, '/project/cli/test/up.test.ts');
  const entry = readFileSync(processes[1]?.entry ?? '', 'utf8');
  assert.match(entry, /^await import\(".*a\.test\.ts"\);\nawait import\(".*deep\/b\.test\.ts"\);\n$/);
});
