import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { tokenFor } from './access-fixture.ts';
import { type GatewayFixture, startGateway } from './fixture.ts';

const TOKEN = { authorization: 'Bearer secret' };
const ID = 'inference.requests/1/0';
const REQUEST = { requestId: 'ahead', model: 'prices', eventTime: 9_000, features: Float32Array.of(1, 2) };
let gateway: GatewayFixture;

before(async () => {
  gateway = await startGateway({ token: 'secret' });
  const { bus, producer, warehouse } = gateway.connections;
  await producer.send('inference.requests', [{ key: 'ahead', value: REQUEST, partition: 1 }]);
  for await (const [record] of bus.bytes('inference.requests', 1, 0)) {
    const place = { topic: 'inference.requests', partition: 1, offset: 0 };
    const why = { code: 'EVENT_TIME_AHEAD', reason: 'Too far ahead.', service: 'inference', at: 1_000 };
    const value = { ...place, ...why, key: Buffer.from('ahead'), value: record?.value ?? null };
    await producer.send('dead.letters', [{ key: 'ahead', value }]);
  }
  for (const topic of ['inference.requests', 'dead.letters'] as const)
    await warehouse.waitForIngest(
      topic,
      (await bus.offsets(topic)).map(({ partition, high }) => ({ partition, offset: high })),
    );
});
after(() => gateway.close());

const get = async (path: string) =>
  (await gateway.app.inject({ method: 'GET', url: `/dead-letters${path}`, headers: TOKEN })).json();
const post = (path: string, payload: object, headers: Record<string, string> = TOKEN) =>
  gateway.app.inject({ method: 'POST', url: `/dead-letters/${path}`, payload, headers });

test('dead letters are listed and shown, with their record and what to do', async () => {
  const [letter, ...more] = (await get('?model=prices&state=open')).letters;
  assert.equal(more.length, 0);
  assert.deepEqual([letter.id, letter.code, letter.requestId], [ID, 'EVENT_TIME_AHEAD', 'ahead']);
  assert.deepEqual((await get('?code=MODEL_UNKNOWN')).letters, []);
  assert.deepEqual((await get('?since=2000')).letters, []);
  const shown = await get(`/${ID}`);
  assert.deepEqual(shown.record, {
    ...REQUEST,
    features: [1, 2],
    numbers: {},
    texts: {},
    vectors: {},
    answer: null,
  });
  assert.match(shown.whatToDo, /allowedAheadMs/);
  assert.equal((await get('/inference.requests/1/5')).error.code, 'NOT_FOUND');
  assert.equal((await get('/no.topic/1/5')).error.code, 'REQUEST_INVALID');
});

test('whoever is for one model sends no record to another by mending it', async () => {
  const { headers } = await tokenFor(gateway, 'operator', { models: ['prices'] });
  const ends = () => gateway.connections.bus.offsets('inference.requests');
  const before = await ends();
  for (const model of ['weather', '', null, ['prices', 'weather']]) {
    const answer = await post(`${ID}/resend`, { reason: 'x', record: { model } }, headers);
    assert.equal(answer.json().code, 'FORBIDDEN', JSON.stringify(model));
  }
  assert.deepEqual(await ends(), before);
});

test('only with the token is a letter sent again, and only once', async () => {
  const again = { reason: 'the clock is right now', record: { eventTime: 8_000 } };
  assert.equal((await post(`${ID}/resend`, again, {})).statusCode, 401);
  assert.equal((await post(`${ID}/resend`, { record: {} })).statusCode, 400);
  const answer = await post(`${ID}/resend`, { ...again, actor: 'jo' });
  assert.deepEqual(answer.json(), { resent: ID });
  const [first, second, ...more] = await gateway.connections.bus.tail('inference.requests', 1, 9);
  assert.deepEqual([first?.value.eventTime, second?.value.eventTime, more.length], [9_000, 8_000, 0]);
  const shown = await get(`/${ID}`);
  assert.deepEqual([shown.state, shown.decidedBy, shown.mended], ['resent', 'jo', true]);
  const twice = await post(`${ID}/resend`, again);
  assert.equal(twice.statusCode, 409);
  assert.match(twice.json().error.message, /was sent again by jo at .*: the clock is right now/);
  assert.equal((await post(`${ID}/discard`, { reason: 'no' })).json().error.code, 'LETTER_DECIDED');
  assert.deepEqual((await get('/counts')).counts, [
    { topic: 'inference.requests', code: 'EVENT_TIME_AHEAD', state: 'resent', letters: 1 },
  ]);
});

test('dead letters come in pages, each once', async () => {
  const { producer, warehouse, bus } = gateway.connections;
  const why = { code: 'RECORD_NOT_AVRO', reason: 'Noise.', service: 'inference', key: null, value: null };
  const places = [
    { topic: 'inference.labels', partition: 0, offset: 1, at: 5_000 },
    { topic: 'inference.labels', partition: 0, offset: 2, at: 5_000 },
    { topic: 'inference.labels', partition: 1, offset: 1, at: 5_000 },
    { topic: 'inference.requests', partition: 0, offset: 1, at: 5_000 },
    { topic: 'inference.labels', partition: 0, offset: 9, at: 4_000 },
  ];
  await producer.send(
    'dead.letters',
    places.map((place) => ({ key: 'noise', value: { ...place, ...why } })),
  );
  await warehouse.waitForIngest(
    'dead.letters',
    (await bus.offsets('dead.letters')).map(({ partition, high }) => ({ partition, offset: high })),
  );
  const ids = (page: { letters: { id: string }[] }) => page.letters.map(({ id }) => id);
  const all = ids(await get('?code=RECORD_NOT_AVRO'));
  assert.equal(all.length, places.length);
  for (const limit of [1, 2, 4, 5]) {
    const paged: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { letters: { id: string }[]; nextCursor: string | null } = await get(
        `?code=RECORD_NOT_AVRO&limit=${limit}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      paged.push(...ids(page));
      cursor = page.nextCursor;
    }
    assert.deepEqual(paged, all, `pages of ${limit}`);
  }
  assert.equal((await get('?cursor=none')).code, 'REQUEST_INVALID');
});
