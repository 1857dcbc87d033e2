import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { buildApp } from '../src/app.ts';
import { type GatewayFixture, NOW, startGateway } from './fixture.ts';

const LIMITS = { token: '', rateLimit: 1_000, bodyLimitBytes: 2_000 };

let gateway: GatewayFixture;
before(async () => {
  gateway = await startGateway();
});
after(() => gateway.close());

const post = (url: string, payload: unknown) =>
  gateway.app.inject({ method: 'POST', url, payload: payload as Record<string, unknown> });
const get = (url: string) => gateway.app.inject({ method: 'GET', url });

test('says whether it can answer', async () => {
  const answer = await get('/health');
  assert.equal(answer.statusCode, 200);
  assert.deepEqual(answer.json(), { ok: true, models: 1, warehouse: true });
});

test('lists models with what became of their versions', async () => {
  const { models } = (await get('/models')).json();
  assert.deepEqual(models, [(await get('/models/prices')).json()]);
  assert.equal(models[0].live, 2);
  assert.deepEqual(
    models[0].versions.map(({ version, status }: { version: number; status: string }) => [version, status]),
    [
      [1, 'retired'],
      [2, 'live'],
    ],
  );
});

test('puts a request onto Kafka, with an id where none is given and null as a missing value', async () => {
  const answer = await post('/models/prices/requests', { features: [0.5, null] });
  assert.equal(answer.statusCode, 202);
  assert.deepEqual(answer.json(), { requestId: 'made-id' });
  const [record] = (
    await Promise.all(
      [0, 1].map((partition) => gateway.connections.bus.tail('inference.requests', partition, 1)),
    )
  ).flat();
  assert.equal(record?.value.model, 'prices');
  assert.equal(record?.value.eventTime, NOW);
  assert.deepEqual([...(record?.value.features ?? [])], [0.5, Number.NaN]);
});

for (const [name, url, payload, status, code, message] of [
  [
    'too few features',
    '/models/prices/requests',
    { features: [1] },
    400,
    'FEATURES_WRONG_LENGTH',
    /demand, hour/,
  ],
  [
    'a missing value that the spec forbids',
    '/models/prices/requests',
    { features: [null, 1] },
    400,
    'FEATURE_NOT_FINITE',
    /'demand'/,
  ],
  [
    'a feature beyond float32',
    '/models/prices/requests',
    { features: [1e39, 1] },
    400,
    'FEATURE_NOT_FINITE',
    /'demand' is 1e\+39/,
  ],
  [
    'an answer of others that is no class',
    '/models/prices/requests',
    { features: [1, 1], answer: { predicted: 7 } },
    400,
    'ANSWER_INVALID',
    /classes 0 to 1/,
  ],
  [
    'an event time that is no date',
    '/models/prices/requests',
    { features: [1, 1], eventTime: 1e300 },
    400,
    'REQUEST_INVALID',
    /eventTime/,
  ],
  [
    'an event of the future',
    '/models/prices/requests',
    { features: [1, 2], eventTime: NOW + 60_001 },
    400,
    'EVENT_TIME_AHEAD',
    /more than 60000 ms after now .*window\.allowedAheadMs/,
  ],
  [
    'an event of the year 2200',
    '/models/prices/requests',
    { features: [1, 2], eventTime: Date.UTC(2200, 0, 1) },
    400,
    'REQUEST_INVALID',
    /eventTime/,
  ],
  [
    'a label of before 1970',
    '/models/prices/labels',
    { requestId: 'r', label: 1, eventTime: -1 },
    400,
    'REQUEST_INVALID',
    /eventTime/,
  ],
  ['a path that cannot be decoded', '/models/%/requests', {}, 400, 'REQUEST_INVALID', /%/],
  ['a name without end', `/models/${'x'.repeat(300)}/labels`, {}, 414, 'REQUEST_INVALID', /xxx/],
  [
    'text as a feature',
    '/models/prices/requests',
    { features: ['a', 1] },
    400,
    'REQUEST_INVALID',
    /features\/0/,
  ],
  ['no body', '/models/prices/requests', {}, 400, 'REQUEST_INVALID', /features/],
  [
    'a model that is not there',
    '/models/nobody/requests',
    { features: [1, 2] },
    404,
    'MODEL_UNKNOWN',
    /There are: prices/,
  ],
  [
    'a label that is no class',
    '/models/prices/labels',
    { requestId: 'r', label: 2 },
    400,
    'LABEL_INVALID',
    /0 to 1/,
  ],
  ['a label without a request', '/models/prices/labels', { label: 1 }, 400, 'REQUEST_INVALID', /requestId/],
  ['a rollback to nowhere', '/models/prices/rollback', { to: 9, reason: 'x' }, 404, 'VERSION_UNKNOWN', /9/],
  [
    'a promotion of nothing',
    '/models/prices/promote',
    { reason: 'x' },
    404,
    'VERSION_UNKNOWN',
    /no version on trial/,
  ],
  [
    'a rejection of what is live',
    '/models/prices/reject',
    { version: 2, reason: 'x' },
    409,
    'VERSION_NOT_SERVABLE',
    /is live, not on trial/,
  ],
  ['a promotion without a reason', '/models/prices/promote', {}, 400, 'REQUEST_INVALID', /reason/],
  ['a rollback without a reason', '/models/prices/rollback', {}, 400, 'REQUEST_INVALID', /reason/],
  ['a path that is not there', '/models/prices/nothing', {}, 404, 'NOT_FOUND', /\/docs/],
] as const) {
  test(`${name} is answered with ${code}`, async () => {
    const answer = await post(url, payload);
    assert.equal(answer.statusCode, status, answer.body);
    const { error } = answer.json();
    assert.equal(error.code, code);
    assert.match(error.message, message);
  });
}

for (const [what, body, message] of [
  ['an id that is not UTF-8', Buffer.from([0xff]), /not valid UTF-8/],
  ['an id with half a surrogate pair', '\\ud800', /half a surrogate pair/],
  ['an id with the other half', 'a\\uDFFF', /half a surrogate pair/],
] as const) {
  test(`${what} is refused, not folded to another`, async () => {
    const answer = await gateway.app.inject({
      method: 'POST',
      url: '/models/prices/requests',
      headers: { 'content-type': 'application/json' },
      payload: Buffer.concat([
        Buffer.from('{"features": [1, 2], "requestId": "'),
        Buffer.from(body),
        Buffer.from('"}'),
      ]),
    });
    assert.equal(answer.statusCode, 400, answer.body);
    assert.equal(answer.json().error.code, 'REQUEST_INVALID');
    assert.match(answer.json().error.message, message);
  });
}

test('an escaped surrogate pair is text', async () => {
  const answer = await gateway.app.inject({
    method: 'POST',
    url: '/models/prices/requests',
    headers: { 'content-type': 'application/json' },
    payload: '{"features": [1, 2], "requestId": "\\ud83d\\ude00"}',
  });
  assert.deepEqual(answer.json(), { requestId: '😀' });
});

test('bytes that are not HTTP are answered in the same shape', async () => {
  const app = await buildApp(gateway.context, LIMITS);
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  const socket = connect(Number(port), '127.0.0.1');
  socket.end('hello\r\n\r\n');
  const answer = await text(socket);
  await app.close();
  assert.match(answer, /^HTTP\/1.1 400 /);
  const { error } = JSON.parse(answer.split('\r\n\r\n')[1] ?? '');
  assert.equal(error.code, 'REQUEST_INVALID');
});

test('Kafka or ClickHouse that hangs is told of, instead of waited for', async () => {
  const never = () => new Promise<never>(() => {});
  const { connections } = gateway;
  const app = await buildApp(
    {
      ...gateway.context,
      warehouse: { ...connections.warehouse, verdicts: never },
      producer: { ...connections.producer, send: never },
      now: Date.now,
    },
    { ...LIMITS, answerWithinMs: 1 },
  );
  const read = await app.inject('/models/prices/verdicts');
  const sent = await app.inject({
    method: 'POST',
    url: '/models/prices/requests',
    payload: { features: [1, 1] },
  });
  await app.close();
  assert.deepEqual([read.statusCode, read.json().error.code], [503, 'WAREHOUSE_UNAVAILABLE']);
  assert.deepEqual([sent.statusCode, sent.json().error.code], [503, 'KAFKA_UNAVAILABLE']);
});

test('a body beyond the limit is refused', async () => {
  const answer = await post('/models/prices/requests', { features: Array(2_000).fill(1) });
  assert.equal(answer.statusCode, 413);
  assert.equal(answer.json().error.code, 'REQUEST_INVALID');
});

test('retrain sends a command that is frozen at the labels that are there', async () => {
  const answer = await post('/models/prices/retrain', { reason: 'new tariff', actor: 'anna' });
  assert.equal(answer.statusCode, 202);
  const found = (
    await Promise.all(
      [0, 1].map((partition) => gateway.connections.bus.tail('retrain.commands', partition, 1)),
    )
  ).flat();
  const command = found[0]?.value;
  assert.equal(command?.commandId, answer.json().commandId);
  assert.equal(command?.baseVersion, 2);
  assert.equal(command?.issuedBy, 'anna');
  assert.deepEqual(command?.reasons, ['new tariff']);
  assert.equal(command?.rollout, 'publish');
});

test('a retrain may ask for a candidate that answers in shadow first', async () => {
  const answer = await post('/models/prices/retrain', {
    reason: 'new tariff',
    actor: 'bert',
    rollout: 'shadow',
  });
  assert.equal(answer.statusCode, 202, answer.body);
  const tails = await Promise.all(
    [0, 1].map((partition) => gateway.connections.bus.tail('retrain.commands', partition, 10)),
  );
  const command = tails.flat().find(({ value }) => value.issuedBy === 'bert');
  assert.equal(command?.value.rollout, 'shadow');
  const wrong = await post('/models/prices/retrain', { reason: 'x', rollout: 'canary' });
  assert.deepEqual([wrong.statusCode, wrong.json().error.code], [400, 'REQUEST_INVALID']);
});

test('history answers rows, newest in reach of the limit', async () => {
  for (const path of ['drift', 'verdicts', 'performance', 'history', 'label-lag']) {
    const answer = await get(`/models/prices/${path}?limit=5`);
    assert.equal(answer.statusCode, 200, answer.body);
    assert(Array.isArray(answer.json().rows), path);
  }
  assert.equal((await get('/models/prices/drift?limit=0')).statusCode, 400);
  assert.equal((await get('/models/nobody/drift')).statusCode, 404);
});

test('describes itself', async () => {
  const { paths } = (await get('/docs/json')).json();
  for (const path of ['/health', '/models/{model}', '/models/{model}/requests', '/models/{model}/rollback']) {
    assert(path in paths, path);
  }
});

test('rolls back, and says what is live now', async () => {
  const answer = await post('/models/prices/rollback', { reason: 'worse since noon' });
  assert.equal(answer.statusCode, 200, answer.body);
  assert.deepEqual(answer.json(), { live: 1 });
  assert.equal((await get('/models/prices')).json().live, 1);
});
