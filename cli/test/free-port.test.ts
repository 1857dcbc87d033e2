import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { freePort, requirePort } from '../src/processes/free-port.ts';

test('a port that another program has is refused with what to do', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await assert.rejects(requirePort(port), {
    code: 'LOCAL_START_FAILED',
    message: new RegExp(`port ${port}: another program has it.*--port`),
  });
  other.close();
});

test('0 takes a free port', async () => {
  assert.ok((await requirePort(0)) > 0);
  assert.ok((await freePort()) > 0);
});
