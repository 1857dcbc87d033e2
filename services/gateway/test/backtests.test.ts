import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createWhatIf } from '../src/what-if/judge.ts';
import { type GatewayFixture, startGateway } from './fixture.ts';

let gateway: GatewayFixture;
before(async () => {
  gateway = await startGateway();
});
after(() => gateway.close());

const whatIf = (model: string, overrides: Record<string, unknown>) =>
  gateway.app.inject({ method: 'POST', url: `/models/${model}/what-if`, payload: { overrides } });

test('backtests that were saved are listed, of a model that there is', async () => {
  const { warehouse } = gateway.connections;
  const numbers = {
    records: 3,
    alarms: 1,
    rows: 0,
    retrains: 0,
    published: 0,
    trainingRows: 0,
    trainingSteps: 0,
  };
  const none = { found: null, missed: null, falseAlarms: null, meanDelayMs: null };
  const scores = { score: null, frozenScore: null, liveScore: null };
  const times = { savedAt: 5, windowFrom: 1, windowTo: 2 };
  const said = { backtestId: 'b', overrides: '{}', trained: false, source: 'kafka' };
  const view = { ...said, ...times, ...numbers, ...none, ...scores };
  await warehouse.saveBacktest({
    backtest: { model: 'prices', ...view },
    signals: [],
    verdicts: [],
    versions: [],
  });
  const answer = await gateway.app.inject({ method: 'GET', url: '/models/prices/backtests' });
  assert.deepEqual(answer.json(), { backtests: [view] });
  assert.equal((await gateway.app.inject({ method: 'GET', url: '/models/none/backtests' })).statusCode, 404);
});

test('a what-if says why it cannot be answered', async () => {
  for (const [model, overrides, status, code] of [
    ['none', {}, 404, 'MODEL_UNKNOWN'],
    ['prices', { 'window.lengthMs': 1_000 }, 400, 'REQUEST_INVALID'],
    ['prices', { 'window.colour': 1 }, 400, 'REQUEST_INVALID'],
    ['prices', { 'window.minSamples': 'few' }, 400, 'SPEC_INVALID'],
    ['prices', {}, 404, 'NOT_FOUND'],
  ] as const) {
    const answer = await whatIf(model, overrides);
    assert.equal(answer.json().error.code, code, answer.body);
    assert.equal(answer.statusCode, status);
  }
});

test('questions are answered one after another, judged on a thread, and too many are refused', async () => {
  const { ask: askWhatIf } = createWhatIf();
  const { spec } = gateway.connections.registry.model('prices') ?? assert.fail();
  let underWay = 0;
  const ask = () =>
    askWhatIf(async (judge) => {
      assert.equal(underWay++, 0, 'nothing of the next one is in memory yet');
      const answer = await judge({ spec, versions: [], live: [], sketches: [] });
      underWay--;
      return answer;
    });
  const asked = Array.from({ length: 9 }, ask);
  await assert.rejects(asked.pop() ?? assert.fail(), /ask again/);
  for (const answer of await Promise.all(asked))
    assert.deepEqual(answer, { signals: [], verdicts: [], commands: [] });
});

test('a question that takes too long is given up, and the next one is answered', async () => {
  const { spec } = gateway.connections.registry.model('prices') ?? assert.fail();
  const input = { spec, versions: [], live: [], sketches: [] };
  const { ask } = createWhatIf(0);
  await assert.rejects(
    ask((judge) => judge(input)),
    { code: 'RATE_LIMITED' },
  );
  assert.equal(await ask(async () => 'next'), 'next');
});
