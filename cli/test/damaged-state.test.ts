import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'damaged-'));
after(() => rmSync(folder, { recursive: true }));

function driftloop(...args: string[]): { code: number | null; stderr: string } {
  const { status, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' });
  return { code: status, stderr };
}

for (const [name, text] of [
  ['is cut off', '{"environment": {"KAFKA'],
  ['is empty', ''],
  ['is of another shape', '[]'],
] as const) {
  test(`a state file that ${name} is named, with what to do`, () => {
    writeFileSync(join(folder, 'services.json'), text);
    for (const command of ['status', 'down', 'models']) {
      const { code, stderr } = driftloop(command, '--data', folder);
      assert.notEqual(code, 0);
      assert.match(stderr, /^CONFIG_INVALID: .*services\.json is damaged.*remove the file/m, command);
      assert.doesNotMatch(stderr, /^ {4}at /m, 'no stack');
    }
  });
}

test('a data folder that cannot be made is told of in one line', () => {
  const file = join(folder, 'a-file');
  writeFileSync(file, '');
  const { code, stderr } = driftloop('up', '--data', file);
  assert.equal(code, 1);
  assert.match(stderr, /a-file/);
  assert.doesNotMatch(stderr, /^ {4}at /m, 'no stack');
});
