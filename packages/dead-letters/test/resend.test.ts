import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { TypedProducer } from '@driftloop/bus';
import { type Connections, openConnections } from '@driftloop/connections';
import { type TestStack, testStack } from '@driftloop/local';
import type { DeadLetter, LetterDecisionKind } from '@driftloop/schemas';
import { createLogger } from '@driftloop/service';
import { letterCounts, letters } from '@driftloop/warehouse';
import { type DecisionParts, writeDecisions } from '../src/decide.ts';
import { stateOf } from '../src/decisions.ts';
import {
  discardLetters,
  lettersAt,
  openLetters,
  type Place,
  placeText,
  resendLetters,
  showLetter,
} from '../src/index.ts';

const TAKE_OVER_MS = 3_000;
const BECAUSE = { actor: 'tester', reason: 'mended' };
let stack: TestStack;
let folder: string;
let connections: Connections;
let parts: DecisionParts;

before(async () => {
  stack = await testStack();
  folder = mkdtempSync(join(tmpdir(), 'letters-'));
  connections = await openConnections(
    {
      KAFKA_BROKERS: stack.env.KAFKA_BROKERS.split(','),
      SCHEMA_REGISTRY_URL: stack.env.SCHEMA_REGISTRY_URL,
      CLICKHOUSE_URL: stack.env.CLICKHOUSE_URL,
      ARTIFACTS_URL: pathToFileURL(folder).href,
      TOPIC_PREFIX: stack.topicPrefix,
      INPUT_PARTITIONS: 2,
    },
    'letters-test',
    createLogger({ name: 'letters-test', level: 'silent' }),
    { needs: ['warehouse'] },
  );
  parts = { ...connections, now: Date.now };
});
after(async () => {
  await connections.warehouse.drop();
  await connections.close();
  await stack.release();
  rmSync(folder, { recursive: true });
});

/** Puts a request on its topic and a dead letter of it, and waits until ClickHouse has it. */
async function letterOf(requestId: string, bytes?: Buffer, code = 'MODEL_UNKNOWN'): Promise<Place> {
  const { bus, producer, warehouse } = connections;
  const [end] = await bus.offsets('inference.requests');
  const value = { requestId, model: 'm', eventTime: 1_700_000_000_000, features: Float32Array.of(1, 2) };
  const key = Buffer.from(requestId);
  if (bytes) await producer.sendBytes('inference.requests', [{ key, value: bytes, partition: 0 }]);
  else await producer.send('inference.requests', [{ key: requestId, value, partition: 0 }]);
  const place: Place = { topic: 'inference.requests', partition: 0, offset: end?.high ?? 0 };
  for await (const [record] of bus.bytes(place.topic, 0, place.offset)) {
    const letter: DeadLetter = {
      ...place,
      key,
      value: record?.value ?? null,
      code,
      reason: 'Not known.',
      service: 'inference',
      at: Date.now(),
    };
    // A service that is killed writes it twice.
    await producer.send(
      'dead.letters',
      [1, 2].map(() => ({ key: requestId, value: letter })),
    );
  }
  await ingested('dead.letters', 'inference.requests');
  assert.equal((await letters(warehouse, { places: [place] }, 10)).length, 1);
  return place;
}

async function ingested(
  ...topics: ('dead.letters' | 'inference.requests' | 'letter.decisions')[]
): Promise<void> {
  for (const topic of topics) {
    const ends = await connections.bus.offsets(topic);
    await connections.warehouse.waitForIngest(
      topic,
      ends.map(({ partition, high }) => ({ partition, offset: high })),
      { timeoutMs: 60_000 },
    );
  }
}

/** Values of a request id on its topic, in order. */
async function valuesOf(requestId: string): Promise<Buffer[]> {
  const values: Buffer[] = [];
  for await (const records of connections.bus.bytes('inference.requests', 0, 0))
    for (const { key, value } of records)
      if (Buffer.from(key ?? '').toString() === requestId) values.push(Buffer.from(value ?? ''));
  return values;
}

const only = async (place: Place) => lettersAt(connections.warehouse, [place]);
const stateAt = async (place: Place) => (await only(place))[0]?.state;

test('a letter is sent again byte for byte on its partition, once, and the audit says who and why', async () => {
  const place = await letterOf('once');
  const shown = await showLetter(connections, place);
  assert.deepEqual([shown.letter.model, shown.letter.requestId, shown.letter.state], ['m', 'once', 'open']);
  assert.deepEqual((shown.record as { features: number[] }).features, [1, 2]);
  assert.match(shown.whatToDo, /Register the model/);

  const { resent, left } = await resendLetters(parts, await only(place), BECAUSE);
  assert.deepEqual([resent.map(placeText), left], [[placeText(place)], []]);
  const [original, again, ...more] = await valuesOf('once');
  assert.ok(original && again);
  assert.deepEqual(original, again);
  assert.equal(more.length, 0);

  const [letter] = await only(place);
  assert.deepEqual(
    [letter?.state, letter?.decidedBy, letter?.decidedBecause],
    ['resent', 'tester', 'mended'],
  );
  const second = await resendLetters(parts, await only(place), BECAUSE);
  assert.deepEqual(
    second.left.map(({ error }) => error.code),
    ['LETTER_DECIDED'],
  );
  const discarded = await discardLetters(parts, await only(place), BECAUSE);
  assert.deepEqual(
    discarded.left.map(({ error }) => error.code),
    ['LETTER_DECIDED'],
  );
  assert.equal((await valuesOf('once')).length, 2);
});

test('of two who send the same letter at once, one does', async () => {
  const place = await letterOf('race');
  const found = await only(place);
  const both = await Promise.all(
    ['one', 'other'].map((actor) => resendLetters(parts, found, { ...BECAUSE, actor })),
  );
  assert.deepEqual(both.map(({ resent }) => resent.length).sort(), [0, 1]);
  const [refused] = both.flatMap(({ left }) => left);
  assert.match(refused?.error.code ?? '', /LETTER_IN_HAND|LETTER_DECIDED/);
  assert.equal((await valuesOf('race')).length, 2);
});

for (const when of ['before', 'after'] as const)
  test(`who was ended ${when} the record was sent is followed by another, and it is there once more only`, async () => {
    const place = await letterOf(`ended ${when}`);
    const found = await only(place);
    const ended = new Error('killed');
    const { producer } = connections;
    const dying: TypedProducer = {
      ...producer,
      send: (topic, records, options) => producer.send(topic, records, options),
      async sendBytes(topic, records, options) {
        if (when === 'after') await producer.sendBytes(topic, records, options);
        throw ended;
      },
    };
    await assert.rejects(resendLetters({ ...parts, producer: dying }, found, BECAUSE), ended);
    const early = await resendLetters(parts, found, BECAUSE);
    assert.deepEqual(
      early.left.map(({ error }) => error.code),
      ['LETTER_IN_HAND'],
    );
    await sleep(20);
    const { resent } = await resendLetters(
      { ...parts, takeOverMs: 20_000, now: () => Date.now() + 20_000 },
      found,
      BECAUSE,
    );
    // By the broker's clock the time of the first is not over.
    assert.equal(resent.length, 0);
    // Longer than a loaded machine takes to send one.
    await sleep(TAKE_OVER_MS);
    const next = await resendLetters({ ...parts, takeOverMs: TAKE_OVER_MS }, found, BECAUSE);
    assert.equal(next.resent.length, 1);
    assert.equal((await valuesOf(`ended ${when}`)).length, 2);
    assert.equal(await stateAt(place), 'resent');
  });

test('who comes too late to send does not', async () => {
  const place = await letterOf('late');
  const found = await only(place);
  await assert.rejects(resendLetters({ ...parts, takeOverMs: 0 }, found, BECAUSE), {
    code: 'LETTER_IN_HAND',
    message: /Kafka took too long: not all of 1 dead letters/,
  });
  assert.equal((await valuesOf('late')).length, 1);
});

test('noise is mended: the id stays, the rest is as given', async () => {
  const place = await letterOf('noise', Buffer.from('not Avro at all'), 'RECORD_NOT_AVRO');
  const shown = await showLetter(connections, place);
  assert.equal(shown.unreadable?.code, 'RECORD_NOT_AVRO');
  const fields = { requestId: 'noise', model: 'm', eventTime: 3, features: [1, null] };
  const wrong = await resendLetters(parts, await only(place), BECAUSE, { ...fields, requestId: 'other' });
  assert.match(wrong.left[0]?.error.message ?? '', /has the requestId 'noise', which must stay/);
  const { resent } = await resendLetters(parts, await only(place), BECAUSE, fields);
  assert.equal(resent.length, 1);
  const [, value] = await valuesOf('noise');
  const read = await connections.bus.decode('inference.requests', { key: null, value: value ?? null });
  assert.deepEqual(read.value.features, Float32Array.of(1, Number.NaN));
  const [letter] = await only(place);
  assert.deepEqual([letter?.state, letter?.mended], ['resent', true]);
});

test('a letter that was discarded is shut, can be sent after all, and counts say what is open', async () => {
  const place = await letterOf('discarded', undefined, 'EVENT_TIME_AHEAD');
  assert.deepEqual((await openLetters(connections.warehouse, { code: 'EVENT_TIME_AHEAD' })).map(placeText), [
    placeText(place),
  ]);
  const { discarded } = await discardLetters(parts, await only(place), { actor: 'tester', reason: 'a test' });
  assert.equal(discarded.length, 1);
  assert.equal(await stateAt(place), 'discarded');
  assert.deepEqual(await openLetters(connections.warehouse, { code: 'EVENT_TIME_AHEAD' }), []);
  assert.deepEqual(
    (await letterCounts(connections.warehouse)).filter(({ code }) => code === 'EVENT_TIME_AHEAD'),
    [{ topic: 'inference.requests', code: 'EVENT_TIME_AHEAD', state: 'discarded', letters: 1 }],
  );
  assert.equal((await resendLetters(parts, await only(place), BECAUSE)).resent.length, 1);
  assert.equal(await stateAt(place), 'resent');
});

test('there is no letter of a record that was handled', async () => {
  await assert.rejects(only({ topic: 'inference.labels', partition: 0, offset: 99 }), {
    code: 'NOT_FOUND',
    message: /no dead letter inference\.labels\/0\/99/,
  });
});

test('the view says what the rule says', async () => {
  const kinds: LetterDecisionKind[] = ['resending', 'resent', 'discarded'];
  const sequences = [
    [],
    ...kinds.map((kind) => [kind]),
    ...kinds.flatMap((a) => kinds.map((b) => [a, b])),
    ...kinds.flatMap((a) => kinds.flatMap((b) => kinds.map((c) => [a, b, c]))),
  ];
  const places = sequences.map((_, offset): Place => ({ topic: 'inference.labels', partition: 1, offset }));
  await connections.producer.send(
    'dead.letters',
    places.map((place) => ({
      key: '',
      value: { ...place, key: null, value: null, code: 'LABEL_INVALID', reason: '', service: 's', at: 1 },
    })),
  );
  const said = sequences.map((sequence) => sequence.map((kind) => ({ kind })));
  for (let step = 0; step < 3; step++)
    for (const kind of kinds)
      await writeDecisions(
        parts,
        places.filter((_, index) => sequences[index]?.[step] === kind),
        kind,
        BECAUSE,
      );
  await ingested('dead.letters', 'letter.decisions');
  const found = await lettersAt(connections.warehouse, places);
  const states = new Map(found.map((letter) => [letter.offset, letter.state]));
  for (const [offset, sequence] of said.entries())
    assert.equal(
      states.get(offset),
      stateOf(sequence.map((decision) => ({ decision: decision as never, loggedAt: 0 }))),
      JSON.stringify(sequence),
    );
});
