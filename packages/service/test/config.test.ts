import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DriftloopError } from '@driftloop/errors';
import Type from 'typebox';
import { commonConfig, loadConfig } from '../src/index.ts';

const required = {
  KAFKA_BROKERS: 'a:1, b:2',
  SCHEMA_REGISTRY_URL: 'http://localhost:8081',
  CLICKHOUSE_URL: 'http://localhost:8123',
  ARTIFACTS_URL: 'file:///tmp/artifacts',
};

test('lists are split, text is converted, defaults are filled in, and the result is frozen', () => {
  const config = loadConfig(Type.Object({ ...commonConfig, CHUNK: Type.Integer({ default: 512 }) }), {
    ...required,
    HTTP_PORT: '8080',
    LOG_LEVEL: '',
  });
  assert.deepEqual(config.KAFKA_BROKERS, ['a:1', 'b:2']);
  assert.equal(config.HTTP_PORT, 8080);
  assert.equal(config.LOG_LEVEL, 'info');
  assert.equal(config.CHUNK, 512);
  assert.throws(() => {
    (config as { CHUNK: number }).CHUNK = 1;
  }, TypeError);
});

test('every problem is named with what the setting is for', () => {
  const { CLICKHOUSE_URL: _, ...incomplete } = required;
  assert.throws(
    () => loadConfig(Type.Object(commonConfig), { ...incomplete, HTTP_PORT: '70000', TOPIC_PREFIX: 'a b' }),
    (error: unknown) => {
      assert(error instanceof DriftloopError);
      assert.equal(error.code, 'CONFIG_INVALID');
      assert.match(error.message, /CLICKHOUSE_URL is not set \(ClickHouse HTTP interface\.\)/);
      assert.match(error.message, /HTTP_PORT is '70000'/);
      assert.match(error.message, /TOPIC_PREFIX is 'a b'/);
      return true;
    },
  );
});
