import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foreignTopics } from '../src/receive/foreign-topic.ts';

const read = (prefix: string, ...topics: string[]) =>
  foreignTopics({ TOPIC_PREFIX: prefix, PAYLOADS_TOPICS: topics });

test('topics of others are read once each, and none of its own', () => {
  assert.deepEqual(read('', 'logs', 'other', 'logs'), ['logs', 'other']);
  assert.deepEqual(read('eu.', 'dead.letters'), ['dead.letters']);
  for (const [prefix, topic] of [
    ['', 'dead.letters'],
    ['eu.', 'eu.payload.events'],
  ] as const)
    assert.throws(() => read(prefix, 'logs', topic), { code: 'CONFIG_INVALID', message: new RegExp(topic) });
});
