import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bareAddress } from '../src/index.ts';

test('user and password stand in the address escaped, or as they are', () => {
  const inUrl = (credentials: string) => bareAddress(`https://${credentials}@registry:8081/`);
  assert.deepEqual(inUrl('ann:p%40ss'), {
    url: 'https://registry:8081',
    security: { username: 'ann', password: 'p@ss' },
  });
  assert.equal(inUrl('ann:50%zz').security.password, '50%zz');
  assert.equal(inUrl('ann:50%').security.password, '50%');
  assert.deepEqual(inUrl(':key'), {
    url: 'https://registry:8081',
    security: { username: '', password: 'key' },
  });
});
