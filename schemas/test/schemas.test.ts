import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import avsc from 'avsc';
import { generateRecords } from '../src/generate.ts';
import { SCHEMAS, TOPIC_NAMES, TOPICS } from '../src/index.ts';

const AVRO = new URL('../avro/', import.meta.url);
const files = readdirSync(AVRO).filter((name) => name.endsWith('.avsc'));

interface Field {
  readonly name: string;
  readonly doc?: string;
  readonly type: unknown;
}

/** Every record that a schema defines, also those within it. */
function recordsIn(schema: unknown): { name: string; doc?: string; fields: Field[] }[] {
  if (Array.isArray(schema)) return schema.flatMap(recordsIn);
  if (typeof schema !== 'object' || schema === null || !('type' in schema)) return [];
  const { type } = schema;
  if (type === 'record') {
    const record = schema as { name: string; doc?: string; type: string; fields: Field[] };
    return [record, ...record.fields.flatMap((field) => recordsIn(field.type))];
  }
  if ('items' in schema) return recordsIn(schema.items);
  if ('values' in schema) return recordsIn(schema.values);
  return recordsIn(type);
}

test('the generated types are those of the schemas', () => {
  const checkedIn = readFileSync(new URL('../src/generated/records.ts', import.meta.url), 'utf8');
  assert.equal(checkedIn, generateRecords(), 'run `pnpm generate` and commit the result');
});

test('there is one schema per topic of the table, and no other', () => {
  assert.deepEqual(files.map((name) => name.slice(0, -'.avsc'.length)).sort(), [...TOPIC_NAMES].sort());
});

for (const file of files) {
  const schema: unknown = JSON.parse(readFileSync(new URL(file, AVRO), 'utf8'));

  test(`${file} is valid Avro, with valid defaults`, () => {
    assert.ok(avsc.Type.forSchema(schema as avsc.Schema, { strictDefaults: true } as object));
  });

  test(`${file} explains every record and field`, () => {
    const records = recordsIn(schema);
    assert.equal(records[0], schema);
    for (const { name, fields } of records) {
      for (const field of fields) assert.ok(field.doc, `${name}.${field.name} has no doc`);
    }
    assert.ok(records[0]?.doc);
  });

  test(`${file} can be read without a field that is added later`, () => {
    // BACKWARD: a reader with one more field that has a default reads what was written before.
    const { fields, ...rest } = schema as { fields: object[] };
    const wider = {
      ...rest,
      fields: [...fields, { name: 'added', type: ['null', 'string'], default: null }],
    };
    const now = avsc.Type.forSchema(schema as avsc.Schema);
    const later = avsc.Type.forSchema(wider as avsc.Schema);
    assert.ok(later.createResolver(now));
  });
}

test('a command that was written before rollouts were known is to be published', () => {
  const { fields, ...rest } = JSON.parse(SCHEMAS['retrain.commands']) as { fields: Field[] };
  const before = avsc.Type.forSchema({
    ...rest,
    fields: fields.filter(({ name }) => name !== 'rollout'),
  } as avsc.Schema);
  const now = avsc.Type.forSchema(JSON.parse(SCHEMAS['retrain.commands']));
  const written = before.toBuffer({
    commandId: 'c',
    model: 'm',
    baseVersion: 1,
    action: 'retrain',
    restoreVersion: null,
    eventTime: 0,
    issuedAt: 0,
    issuedBy: 'ensemble',
    selection: [],
    labelsThrough: [],
    strategy: 'naive',
    maxSeconds: 1,
    maxSteps: 1,
    reasons: [],
  });
  assert.equal(now.fromBuffer(written, now.createResolver(before)).rollout, 'publish');
});

test('only topics that drop records have a retention, and all of those', () => {
  for (const topic of TOPIC_NAMES) {
    const { cleanup, retentionDays } = TOPICS[topic];
    assert.equal(cleanup === 'delete', retentionDays !== undefined, topic);
  }
});

test('the schema texts are the files', () => {
  for (const topic of TOPIC_NAMES) {
    const file = JSON.parse(readFileSync(new URL(`${topic}.avsc`, AVRO), 'utf8'));
    assert.deepEqual(JSON.parse(SCHEMAS[topic]), file);
  }
});
