import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startGateway } from './fixture.ts';

test('with a token set, only calls that carry it change anything; reading is free', async () => {
  const { app, close } = await startGateway({ token: 'secret' });
  try {
    const call = (authorization?: string) =>
      app.inject({
        method: 'POST',
        url: '/models/prices/requests',
        payload: { features: [1, 2] },
        ...(authorization === undefined ? {} : { headers: { authorization } }),
      });
    for (const wrong of [undefined, 'secret', 'Bearer secre', 'Bearer secret2', 'Bearer ', 'Basic secret']) {
      const answer = await call(wrong);
      assert.equal(answer.statusCode, 401, wrong);
      assert.equal(answer.json().error.code, 'UNAUTHORIZED');
    }
    assert.equal((await call('Bearer secret')).statusCode, 202);
    assert.equal((await app.inject({ method: 'GET', url: '/models' })).statusCode, 200);
  } finally {
    await close();
  }
});
