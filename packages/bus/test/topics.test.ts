import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SCHEMAS, TOPIC_NAMES } from '@driftloop/schemas';
import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import kafkajs from 'kafkajs';
import { type Fixture, openFixture } from './support/fixture.ts';
import { registryProxy } from './support/registry-proxy.ts';

let fixture: Fixture;
before(async () => {
  fixture = await openFixture({ topics: false });
});
after(() => fixture.close());

async function ask(path: string): Promise<Record<string, unknown>> {
  const answer = await fetch(`${fixture.registryUrl}/${path}`);
  return (await answer.json()) as Record<string, unknown>;
}

test('several processes create the topics at once, and again', async () => {
  const buses = [fixture.bus, fixture.another(), fixture.another()];
  await Promise.all(buses.map((bus) => bus.ensureTopics()));
  await fixture.another().ensureTopics();
  assert.equal(await fixture.bus.partitions('inference.requests'), 4);
  assert.equal(await fixture.bus.partitions('model.events'), 1);
});

test('topics have the settings of the table', async () => {
  const admin = fixture.kafka.admin();
  await admin.connect();
  const names = [
    'inference.labels',
    'inference.predictions',
    'service.checkpoints',
    'model.events',
    'dead.letters',
  ];
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map((name) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name: `${fixture.prefix}${name}`,
    })),
  });
  await admin.disconnect();
  const setting = (topic: string, name: string) =>
    resources
      .find(({ resourceName }) => resourceName === `${fixture.prefix}${topic}`)
      ?.configEntries.find(({ configName }) => configName === name)?.configValue;
  assert.equal(setting('inference.labels', 'cleanup.policy'), 'delete');
  assert.equal(setting('inference.labels', 'retention.ms'), String(30 * 24 * 3600 * 1000));
  assert.equal(setting('inference.labels', 'message.timestamp.type'), 'LogAppendTime');
  assert.equal(setting('model.events', 'message.timestamp.type'), 'LogAppendTime');
  assert.equal(setting('inference.predictions', 'message.timestamp.type'), 'CreateTime');
  assert.equal(setting('service.checkpoints', 'cleanup.policy'), 'compact');
  assert.equal(setting('service.checkpoints', 'segment.bytes'), String(8 * 1024 * 1024));
  assert.equal(setting('model.events', 'retention.ms'), '-1');
  assert.equal(setting('dead.letters', 'max.message.bytes'), '2100000');
});

test('every schema is registered under its topic with BACKWARD compatibility', async () => {
  for (const topic of TOPIC_NAMES) {
    const subject = `${fixture.prefix}${topic}-value`;
    const config = await ask(`config/${subject}`);
    assert.equal(config.compatibilityLevel, 'BACKWARD', subject);
    const latest = await ask(`subjects/${subject}/versions/latest`);
    assert.deepEqual(JSON.parse(String(latest.schema)), JSON.parse(SCHEMAS[topic]));
    assert.equal(latest.version, 1, 'registering again makes no new version');
  }
});

test('a schema that breaks compatibility with the registered one is refused', async () => {
  const prefix = `${fixture.prefix}other.`;
  const registry = new SchemaRegistry({ host: fixture.registryUrl });
  const schema = JSON.stringify({
    type: 'record',
    name: 'InferenceRequest',
    namespace: 'driftloop',
    fields: [{ name: 'requestId', type: 'int' }],
  });
  await registry.register(
    { type: SchemaType.AVRO, schema },
    { subject: `${prefix}inference.requests-value`, compatibility: COMPATIBILITY.BACKWARD },
  );
  const bus = fixture.another({ topicPrefix: prefix });
  await assert.rejects(bus.ensureTopics(), {
    code: 'SCHEMA_INCOMPATIBLE',
    message: /inference\.requests-value.*BACKWARD/,
  });
});

test('a registry that is not there is REGISTRY_UNAVAILABLE, a wrong address too', async () => {
  for (const registryUrl of ['http://127.0.0.1:9', `${fixture.registryUrl}/wrong`]) {
    const bus = fixture.another({ registryUrl });
    const producer = await bus.producer({ deliveryTimeoutMs: 100 });
    const value = { requestId: 'a', model: 'm', label: 1, eventTime: 1 };
    await assert.rejects(producer.send('inference.labels', [{ key: 'a', value }]), {
      code: 'REGISTRY_UNAVAILABLE',
      retriable: true,
      message: /SCHEMA_REGISTRY_URL/,
    });
    await producer.close();
  }
});

test('requests and predictions with different numbers of partitions are refused', async () => {
  const prefix = `${fixture.prefix}uneven.`;
  const admin = fixture.kafka.admin();
  await admin.connect();
  await admin.createTopics({
    topics: [{ topic: `${prefix}inference.requests`, numPartitions: 6 }],
    waitForLeaders: false,
  });
  await admin.disconnect();
  const bus = fixture.another({ topicPrefix: prefix });
  await assert.rejects(bus.ensureTopics(), { code: 'CONFIG_INVALID', message: /has 6 partitions.*has 4/ });
});

test('the compatibility of a subject is set before its schema is there', async () => {
  const proxy = await registryProxy(fixture.registryUrl);
  try {
    const another = fixture.another({ registryUrl: proxy.url, topicPrefix: `${fixture.prefix}first.` });
    await another.ensureTopics();
    const subject = encodeURIComponent(`${fixture.prefix}first.model.events-value`);
    const config = proxy.paths.indexOf(`/config/${subject}`);
    assert.ok(config >= 0);
    assert.ok(config < proxy.paths.indexOf(`/subjects/${subject}/versions`));
  } finally {
    await proxy.close();
  }
});

test('a process that finds every schema registered asks once for each and registers none', async () => {
  const proxy = await registryProxy(fixture.registryUrl);
  try {
    await fixture.bus.ensureTopics();
    await fixture.another({ registryUrl: proxy.url }).ensureTopics();
    assert.deepEqual(
      proxy.paths.sort(),
      TOPIC_NAMES.map((topic) => `/subjects/${encodeURIComponent(`${fixture.prefix}${topic}-value`)}`).sort(),
    );
  } finally {
    await proxy.close();
  }
});
