import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectionOf } from '../src/ingest/collection.ts';
import type { IngestSettings } from '../src/ingest/ingest-settings.ts';

const OPEN: IngestSettings = {
  kafkaBrokers: ['a:1', 'b:2'],
  registryUrl: 'http://registry:8081/apis',
  topicPrefix: '',
};
const SASL = { mechanism: 'PLAIN', username: 'ann', password: "pass'word" } as const;

const made = (settings: Partial<IngestSettings>) => collectionOf('driftloop', 'id', { ...OPEN, ...settings });

test('without secrets there is no collection, and one that an administrator made is taken as it is', () => {
  assert.equal(made({}), undefined);
  assert.deepEqual(made({ collection: 'mine', kafkaSecurity: { sasl: SASL } }), { name: 'mine' });
});

test('a collection holds what ClickHouse reads Kafka and the registry with', () => {
  const collection = made({
    kafkaSecurity: { tls: { ca: 'CA', cert: 'CERT', key: 'KEY', passphrase: 'pp' }, sasl: SASL },
    registrySecurity: { username: 'bob', password: 'p:@/' },
  });
  assert.match(collection?.name ?? '', /^kafka_of_driftloop_[0-9a-f]{16}$/);
  const [head, assignments] = (collection?.statement ?? '').split(' AS ');
  assert.equal(head, `CREATE NAMED COLLECTION IF NOT EXISTS ${collection?.name}`);
  assert.deepEqual(assignments?.split(', ').sort(), [
    `format_avro_schema_registry_url = 'http://bob:p%3A%40%2F@registry:8081/apis'`,
    `kafka.sasl_mechanism = 'PLAIN'`,
    `kafka.sasl_password = 'pass\\'word'`,
    `kafka.sasl_username = 'ann'`,
    `kafka.security_protocol = 'sasl_ssl'`,
    `kafka.ssl_ca_pem = 'CA'`,
    `kafka.ssl_certificate_pem = 'CERT'`,
    `kafka.ssl_key_password = 'pp'`,
    `kafka.ssl_key_pem = 'KEY'`,
    `kafka_broker_list = 'a:1,b:2'`,
  ]);
});

test('its name tells other credentials and another database apart, and not what they are', () => {
  const withPassword = (password: string) => made({ kafkaSecurity: { sasl: { ...SASL, password } } })?.name;
  assert.equal(withPassword('one'), withPassword('one'));
  assert.notEqual(withPassword('one'), withPassword('two'));
  const elsewhere = collectionOf('driftloop', 'other', { ...OPEN, kafkaSecurity: { sasl: SASL } });
  assert.notEqual(elsewhere?.name, made({ kafkaSecurity: { sasl: SASL } })?.name);
});

test('a password in the address of the registry is in the collection, too', () => {
  assert.match(made({ registryUrl: 'https://u:secret@registry' })?.statement ?? '', /u:secret@registry/);
  // A key without a user, as some hosted registries give one.
  assert.match(made({ registryUrl: 'https://:secret@registry' })?.statement ?? '', /:secret@registry/);
});
