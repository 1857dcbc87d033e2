import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countLetters } from '../src/status/look.ts';

test('a password file that is gone hides the dead letters, not what works', async () => {
  const environment = {
    KAFKA_BROKERS: '127.0.0.1:1',
    SCHEMA_REGISTRY_URL: 'http://127.0.0.1:1',
    CLICKHOUSE_URL: 'http://127.0.0.1:1',
    ARTIFACTS_URL: 'file:///nowhere',
    CLICKHOUSE_USERNAME: 'ann',
    CLICKHOUSE_PASSWORD_FILE: '/nowhere/password',
  };
  assert.equal(await countLetters({ environment }), undefined);
});
