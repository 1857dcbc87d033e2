import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createTokenSource } from '../../src/kafka/oauth-token.ts';

test('a token is fetched anew before it expires, also where it does not say when in numbers', async (t) => {
  let asked = 0;
  let life: unknown;
  const server = createServer((_request, response) => {
    response.end(JSON.stringify({ access_token: `token-${++asked}`, expires_in: life }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  t.mock.timers.enable({ apis: ['Date'], now: 1_000_000 });
  for (const said of [300, '300', undefined, 'soon', -1]) {
    life = said;
    asked = 0;
    const source = createTokenSource({ url, clientId: 'id', clientSecret: 'secret' });
    assert.deepEqual([await source(), await source()], [{ value: 'token-1' }, { value: 'token-1' }]);
    t.mock.timers.setTime(Date.now() + 271_000);
    assert.deepEqual(await source(), { value: 'token-2' }, String(said));
  }
});
