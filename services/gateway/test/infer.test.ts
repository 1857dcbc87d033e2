import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type GatewayFixture, startGateway } from './fixture.ts';
import { type Fate, pretendInference } from './pretend-inference.ts';

let gateway: GatewayFixture;
let inference: { close(): Promise<void> };
before(async () => {
  gateway = await startGateway();
  inference = await pretendInference(gateway.connections, ({ value }): Fate => {
    const [demand = value.numbers?.demand ?? 0] = value.features;
    if (demand === 13) return { code: 'PREDICTION_FAILED', reason: 'it is the thirteenth' };
    if (demand === 404) return 'none';
    return { version: 2, outputs: [1 - demand, demand] };
  });
});
after(async () => {
  await inference.close();
  await gateway.close();
});

const infer = (payload: object, url = '/v2/models/prices/infer') =>
  gateway.app.inject({ method: 'POST', url, payload });
const matrix = (...rows: (number | null)[][]) => ({
  inputs: [{ name: 'features', datatype: 'FP32', shape: [rows.length, rows[0]?.length ?? 0], data: rows }],
});

test('rows are answered by whoever is live, in their order', async () => {
  const answer = await infer({
    id: 'mine',
    ...matrix([0.25, 1], [0.75, null]),
    parameters: { request_ids: ['a', 'b'] },
  });
  assert.equal(answer.statusCode, 200, answer.body);
  assert.deepEqual(answer.json(), {
    model_name: 'prices',
    model_version: '2',
    id: 'mine',
    parameters: { request_ids: '["a","b"]', versions: '2' },
    outputs: [
      { name: 'probabilities', datatype: 'FP32', shape: [2, 2], data: [0.75, 0.25, 0.25, 0.75] },
      { name: 'label', datatype: 'INT64', shape: [2], data: [0, 1] },
    ],
  });
});

test('a request that inference refuses is answered at once with its code and reason', async () => {
  const answer = await infer({ ...matrix([13, 1]), parameters: { request_ids: ['thirteen'] } });
  assert.equal(answer.statusCode, 500, answer.body);
  assert.equal(answer.json().code, 'PREDICTION_FAILED');
  assert.match(answer.json().error, /'thirteen' was refused .*it is the thirteenth/);
});

test('a call whose deadline passes is told so, and what to do', async () => {
  const answer = await infer({ ...matrix([404, 1]), parameters: { timeout: 1_000 } });
  assert.equal(answer.statusCode, 504, answer.body);
  assert.equal(answer.json().code, 'ANSWER_OVERDUE');
  assert.match(answer.json().error, /within 1 ms/);
});

const post = (url: string, payload: object, headers: Record<string, string> = {}) =>
  gateway.app.inject({ method: 'POST', url, payload, headers });
const get = (url: string) => gateway.app.inject({ method: 'GET', url });

test('one tensor per feature, in any order, in two shapes', async () => {
  const answer = await infer({
    inputs: [
      { name: 'hour', datatype: 'INT64', shape: [2], data: [4, 5] },
      { name: 'demand', datatype: 'FP64', shape: [2, 1], data: [[0.25], [0.75]] },
    ],
    outputs: [{ name: 'label' }],
    parameters: { request_ids: ['c', 'd'] },
  });
  assert.equal(answer.statusCode, 200, answer.body);
  assert.deepEqual(answer.json().outputs, [{ name: 'label', datatype: 'INT64', shape: [2], data: [0, 1] }]);
});

for (const [name, body, status, code, message] of [
  [
    'an output that is not there',
    { ...matrix([1, 1]), outputs: [{ name: 'y' }] },
    400,
    'REQUEST_INVALID',
    /has no output 'y'; it has probabilities, label/,
  ],
  ['rows that are too wide', matrix([1, 1, 1]), 400, 'FEATURES_WRONG_LENGTH', /demand, hour/],
  [
    'a missing value in the second row',
    matrix([1, 1], [null, 1]),
    400,
    'FEATURE_NOT_FINITE',
    /Row 1: .*'demand'/,
  ],
  [
    'a feature that is not there',
    { inputs: [{ name: 'hour', datatype: 'FP32', shape: [1], data: [1] }] },
    400,
    'FEATURE_MISSING',
    /'demand'/,
  ],
  [
    'an input that is no feature',
    {
      inputs: [
        { name: 'demand', datatype: 'FP32', shape: [1], data: [1] },
        { name: 'x', datatype: 'FP32', shape: [1], data: [1] },
      ],
    },
    400,
    'REQUEST_INVALID',
    /'x' is no feature .*demand, hour/,
  ],
  [
    'a column of another length',
    {
      inputs: [
        { name: 'demand', datatype: 'FP32', shape: [2], data: [1, 2] },
        { name: 'hour', datatype: 'FP32', shape: [1], data: [1] },
      ],
    },
    400,
    'REQUEST_INVALID',
    /'hour' has 1 rows/,
  ],
  [
    'the same id twice',
    { ...matrix([1, 1], [1, 1]), parameters: { request_ids: ['a', 'a'] } },
    400,
    'REQUEST_INVALID',
    /request_ids.*twice/,
  ],
  [
    'an event of the future',
    { ...matrix([1, 1]), parameters: { event_time: 1_800_000_000_000 } },
    400,
    'EVENT_TIME_AHEAD',
    /ahead|after now/,
  ],
  ['no inputs', { inputs: [] }, 400, 'REQUEST_INVALID', /inputs/],
] as const) {
  test(`${name} is refused before anything is sent`, async () => {
    const answer = await infer(body);
    assert.equal(answer.statusCode, status, answer.body);
    assert.equal(answer.json().code, code);
    assert.match(answer.json().error, message);
  });
}

test('a version may be named while it answers; else whoever is live is named', async () => {
  const of = (version: string) => infer(matrix([0.25, 1]), `/v2/models/prices/versions/${version}/infer`);
  assert.equal((await of('2')).json().model_version, '2');
  const retired = await of('1');
  assert.deepEqual([retired.statusCode, retired.json().code], [409, 'VERSION_NOT_LIVE']);
  assert.match(retired.json().error, /retired; version 2 is live/);
  for (const unknown of ['9', 'newest', '2.5']) {
    const answer = await of(unknown);
    assert.deepEqual([answer.statusCode, answer.json().code], [404, 'VERSION_UNKNOWN'], unknown);
  }
});

test('health and metadata are those of the protocol', async () => {
  assert.deepEqual((await get('/v2/health/live')).json(), { live: true });
  assert.deepEqual((await get('/v2/health/ready')).json(), { live: true, ready: true });
  assert.equal((await get('/v2')).json().name, 'driftloop');
  assert.deepEqual((await get('/v2/models/prices/ready')).json(), { name: 'prices', ready: true });
  assert.equal((await get('/v2/models/prices/versions/1/ready')).statusCode, 409);
  const metadata = {
    name: 'prices',
    versions: ['2'],
    platform: 'onnxruntime_onnx',
    inputs: [
      { name: 'demand', datatype: 'FP32', shape: [-1, 1] },
      { name: 'hour', datatype: 'FP32', shape: [-1, 1] },
    ],
    outputs: [
      { name: 'probabilities', datatype: 'FP32', shape: [-1, 2] },
      { name: 'label', datatype: 'INT64', shape: [-1] },
    ],
  };
  assert.deepEqual((await get('/v2/models/prices')).json(), metadata);
  assert.deepEqual((await get('/v2/models/prices/versions/2')).json(), metadata);
  const unknown = await get('/v2/models/nobody');
  assert.deepEqual([unknown.statusCode, unknown.json().code], [404, 'MODEL_UNKNOWN']);
  assert.deepEqual(Object.keys((await get('/v2/nothing')).json()), ['error', 'code']);
});

test('a request that is waited for is answered; one that is not is accepted, and known by its id', async () => {
  const waited = await post('/models/prices/requests?wait=5000', {
    requestId: 'w',
    columns: { demand: 0.75, hour: true, other: 'x' },
  });
  assert.equal(waited.statusCode, 200, waited.body);
  const { answer, ...rest } = waited.json();
  assert.deepEqual(rest, { requestId: 'w', status: 'answered' });
  assert.deepEqual(
    [answer.version, answer.role, answer.predicted, answer.outputs],
    [2, 'live', 1, [0.25, 0.75]],
  );
  const preferred = await post(
    '/models/prices/requests',
    { features: [0.25, 1], requestId: 'p' },
    { prefer: 'respond-async, wait=5' },
  );
  assert.equal(preferred.json().answer.predicted, 0);
  const late = await post('/models/prices/requests?wait=1', { features: [404, 1], requestId: 'l' });
  assert.deepEqual([late.statusCode, late.json()], [202, { requestId: 'l' }]);
  assert.equal((await get('/models/prices/requests/l')).json().status, 'waiting');
  const refused = await post('/models/prices/requests?wait=5000', { features: [13, 1], requestId: 'r' });
  assert.equal(refused.json().error.code, 'PREDICTION_FAILED');
  const status = (await get('/models/prices/requests/r')).json();
  assert.deepEqual([status.status, status.refusal.code], ['refused', 'PREDICTION_FAILED']);
  assert.equal((await get('/models/prices/requests/nobody')).statusCode, 404);
});

for (const [name, body, message] of [
  ['features and columns', { features: [1, 1], columns: { demand: 1 } }, /one of the two/],
  ['neither', {}, /features .* or columns/],
  ['a text for a number', { columns: { demand: 'high', hour: 1 } }, /'demand' is the text 'high'/],
  ['no column that is known', { columns: { demnad: 1 } }, /demnad.*demand, hour/],
] as const) {
  test(`a request with ${name} is refused`, async () => {
    const answer = await post('/models/prices/requests', body);
    assert.equal(answer.statusCode, 400, answer.body);
    assert.match(answer.json().error.message, message);
  });
}

test('labels come one by one or in lists, and are told with their request', async () => {
  assert.deepEqual((await post('/models/prices/labels', { requestId: 'w', label: 1 })).json(), {
    requestId: 'w',
  });
  const many = [
    { requestId: 'p', label: 0 },
    { requestId: 'l', label: 1, eventTime: 5 },
  ];
  assert.deepEqual((await post('/models/prices/labels', many)).json(), { labels: 2 });
  const wrong = await post('/models/prices/labels', [
    { requestId: 'p', label: 0 },
    { requestId: 'l', label: 7 },
  ]);
  assert.match(wrong.json().error.message, /^Label 1: The label is 7/);
  assert.match(
    (await post('/models/prices/labels', { requestId: 'w', label: 'yes' })).json().error.message,
    /names no classes/,
  );
  const { bus, warehouse } = gateway.connections;
  for (const topic of ['inference.labels', 'inference.requests', 'inference.predictions'] as const) {
    const ends = (await bus.offsets(topic)).map(({ partition, high }) => ({ partition, offset: high }));
    await warehouse.waitForIngest(topic, ends);
  }
  const status = (await get('/models/prices/requests/l')).json();
  assert.deepEqual(status, { requestId: 'l', status: 'waiting', label: { label: 1, eventTime: 5 } });
  assert.equal((await get('/models/prices/requests/w')).json().label.label, 1);
});
