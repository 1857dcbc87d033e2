import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { DriftloopError } from '@driftloop/errors';
import kafkajs from 'kafkajs';
import { createLogger } from 'kafkajs/src/loggers/index.js';
import { kafkaError } from '../../src/kafka/kafka-error.ts';

interface UnconnectedBroker {
  metadata(): Promise<unknown>;
}

const Broker: new (options: object) => UnconnectedBroker = createRequire(
  new URL('../../src/kafka/connection.ts', import.meta.url),
)('kafkajs/src/broker/index.js');

test('a broker that hangs while it is connected to is out of reach for now, not a fault that ends the process', async () => {
  const logger = createLogger({ level: kafkajs.logLevel.NOTHING, logCreator: () => () => undefined });
  const broker = new Broker({ connectionPool: {}, logger });
  const thrown = await broker.metadata().catch((error: unknown) => error);
  const error = kafkaError('Cannot look up topic t', thrown);
  assert.ok(error instanceof DriftloopError, `kafkajs threw ${thrown}`);
  assert.equal(error.code, 'KAFKA_UNAVAILABLE');
  assert.equal(error.retriable, true);
  assert.match(error.message, /Cannot look up topic t.*KAFKA_BROKERS/);
});

test('errors that are not of Kafka stay what they are', () => {
  const bug = new TypeError('x is not a function');
  assert.equal(kafkaError('Cannot send', bug), bug);
  assert.equal(kafkaError('Cannot send', 'text'), 'text');
});
