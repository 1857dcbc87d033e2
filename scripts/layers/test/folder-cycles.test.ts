import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkFolderCycles } from '../folder-cycles.ts';
import { inFolder } from './in-folder.ts';

const check = (files: Record<string, string>): string[] => inFolder(files, checkFolderCycles);

const pair = {
  'packages/p/src/a/one.ts': `import { two } from '../b/two.ts';`,
  'packages/p/src/b/three.ts': `import type { Four } from '../a/four.ts';`,
};

test('folders beside each other must not import each other, types included', () => {
  const problems = check(pair);
  assert.equal(problems.length, 1);
  assert.match(problems[0] ?? '', /packages\/p\/src\/a and packages\/p\/src\/b import each other/);
  assert.match(problems[0] ?? '', /a\/one\.ts imports packages\/p\/src\/b\/two\.ts/);
  assert.deepEqual(check({ 'packages/p/src/a/one.ts': pair['packages/p/src/a/one.ts'] }), []);
});

test('a way back around a corner counts, from whatever depth', () => {
  const problems = check({
    'services/s/src/a/deep/one.ts': `import '../../b/two.ts';`,
    'services/s/src/b/two.ts': `import '../c/deep/three.ts';`,
    'services/s/src/c/deep/three.ts': `export * from '../../a/four.ts';`,
  });
  assert.equal(problems.length, 1);
  assert.match(problems[0] ?? '', /src\/a and services\/s\/src\/b and services\/s\/src\/c/);
});

test('subfolders are beside each other, too', () => {
  const problems = check({
    'infra/i/src/a/x/one.ts': `import '../y/two.ts';`,
    'infra/i/src/a/y/two.ts': `import '../x/one.ts';`,
  });
  assert.match(problems[0] ?? '', /src\/a\/x and infra\/i\/src\/a\/y/);
});

test('a folder and what lies below it are one room; files of src, and tests, may import from everywhere', () => {
  const problems = check({
    'packages/p/src/index.ts': `export * from './a/one.ts';`,
    'packages/p/src/a/one.ts': `import '../index.ts';\nimport './below/two.ts';`,
    'packages/p/src/a/below/two.ts': `import '../one.ts';`,
    'packages/p/test/a/one.test.ts': `import '../b/two.ts';`,
    'packages/p/test/b/two.ts': `import '../a/one.test.ts';`,
  });
  assert.deepEqual(problems, []);
});
