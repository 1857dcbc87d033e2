import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { pythonEnvironment } from '@driftloop/local';
import { startGateway } from './fixture.ts';

const REQUIREMENTS = fileURLToPath(new URL('schemathesis-requirements.txt', import.meta.url));
/** Calls per operation; CONTRIBUTING.md has the command for many. */
const EXAMPLES = process.env.SCHEMATHESIS_EXAMPLES ?? '3';

/** So that calls come as far as what they are about; waiting for answers takes none of the time. */
const CONFIG = `
[parameters]
model = "prices"
version = 2
wait = 0
partition = 0
`;

test('whatever is sent to any route, nothing breaks, and no answer has a status that is not documented', {
  timeout: 1_200_000,
}, async (t) => {
  const python = await pythonEnvironment(REQUIREMENTS);
  if ('missing' in python) return t.skip(python.missing);
  const gateway = await startGateway({ token: 'secret', rateLimit: 1_000_000, inferTimeoutMs: 20 });
  const folder = mkdtempSync(join(tmpdir(), 'schemathesis-'));
  try {
    const url = await gateway.app.listen({ port: 0, host: '127.0.0.1' });
    const config = join(folder, 'schemathesis.toml');
    writeFileSync(config, CONFIG);
    const told = await new Promise<{ code: number; text: string }>((resolve) => {
      execFile(
        join(dirname(python.program), 'schemathesis'),
        [
          ...['--config-file', config, 'run', `${url}/docs/json`, '--url', url],
          ...['--header', 'Authorization: Bearer secret', '--no-color', '--seed', '1'],
          ...['--checks', 'not_a_server_error,status_code_conformance,content_type_conformance'],
          ...['--phases', 'examples,fuzzing', '--max-examples', EXAMPLES, '--generation-database', 'none'],
          // A stream has no end, and a login ends nothing that is tested here.
          ...['--exclude-path', '/events', '--continue-on-failure', '--warnings', 'off'],
        ],
        { cwd: folder, maxBuffer: 2 ** 26 },
        (error, stdout, stderr) => resolve({ code: error ? 1 : 0, text: `${stdout}${stderr}` }),
      );
    });
    assert.equal(told.code, 0, told.text);
    assert.match(told.text, /\d+ generated/);
  } finally {
    await gateway.close();
    rmSync(folder, { recursive: true });
  }
});
