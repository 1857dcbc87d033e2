import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkLayers } from '../check.ts';
import { importsOf } from '../imports.ts';
import { inFolder } from './in-folder.ts';

const check = (files: Record<string, string>): string[] => inFolder(files, checkLayers);

test('finds every form of import and ignores comments', () => {
  const source = `import a from 'a';\nimport type { B } from "b";\nexport * from 'c';\nimport 'd';\nconst e = await import('e');\n// import 'f'\n/* import 'g' */\nimport {\n  h,\n} from 'h';`;
  assert.deepEqual(importsOf(source), ['a', 'b', 'c', 'd', 'e', 'h']);
});

test('a pure package imports no I/O', () => {
  const problems = check({ 'packages/stats/src/a.ts': `import { readFileSync } from 'node:fs';` });
  assert.equal(problems.length, 1);
  assert.match(problems[0] ?? '', /packages\/stats is pure/);
});

test('packages import no services, services no services', () => {
  const problems = check({
    'packages/bus/src/a.ts': `import x from '@driftloop/service-inference';`,
    'services/trainer/src/a.ts': `import x from '@driftloop/service-inference';`,
    'services/trainer/src/b.ts': `import x from '../../inference/src/index.ts';`,
  });
  assert.equal(problems.length, 3);
});

test('only the bus knows kafkajs', () => {
  const problems = check({
    'packages/bus/src/a.ts': `import { Kafka } from 'kafkajs';`,
    'services/gateway/src/a.ts': `import { Kafka } from 'kafkajs';`,
  });
  assert.deepEqual(problems.length, 1);
  assert.match(problems[0] ?? '', /services\/gateway/);
});

test('a file in no room is named', () => {
  assert.match(check({ 'elsewhere/a.ts': '' })[0] ?? '', /no room/);
});
