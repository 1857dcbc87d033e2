import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { test } from 'node:test';

test('no line of a log has the credentials of a URL: not in messages, fields, errors or their causes', () => {
  const script = `
    import { createLogger } from '@driftloop/service';
    const logger = createLogger({ name: 'x', level: 'info' });
    const cause = Object.assign(new TypeError('Invalid URL'), { input: 'https://u:secret@h' });
    logger.error({ err: new Error('no answer of https://u:secret@h', { cause }), url: 'https://u:secret@h/?password=secret' }, 'at https://u:secret@h');`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  assert.match(stdout, /no answer of https:\/\/\*\*\*@h/, stderr);
  assert.doesNotMatch(stdout, /secret/);
});

test('a disk that takes no more lines ends nobody', { skip: !existsSync('/dev/full') }, () => {
  const script = `
    import { createLogger } from '@driftloop/service';
    const logger = createLogger({ name: 'x', level: 'info' });
    for (let line = 0; line < 50; line++) logger.info({ text: 'x'.repeat(100_000) }, 'on and on');
    process.stderr.write('goes on');`;
  const full = openSync('/dev/full', 'w');
  try {
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', full, 'pipe'],
    });
    assert.equal(stderr, 'goes on');
    assert.equal(status, 0);
  } finally {
    closeSync(full);
  }
});
