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
