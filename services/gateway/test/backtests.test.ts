import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createWhatIf } from '../src/what-if/judge.ts';
import { type GatewayFixture, startGateway } from './fixture.ts';

let gateway: GatewayFixture;
before(async () => {
  gateway = await startGateway();
});
after(() => gateway.close());

const get = (url: string) => gateway.app.inject({ method: 'GET', url });
/** As ClickHouse has them; times are epoch ms. */
const VERDICT = {
  sequence: 1,
  version: 2,
  window_start: 1,
  window_end: 2,
  state: 'drift',
  likelihood: 0.75,
  confirmed_by_labels: false,
  change_point: null,
  action: 'retrain',
  command_id: 'c',
};
const ENDING = {
  ordinal: 0,
  command_id: 'c',
  action: 'retrain',
  outcome: 'rejected',
  version: null,
  event_time: 3,
  ended_at: 4,
  rows: 5,
  steps: 6,
  reasons: ['it is worse'],
};

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
    verdicts: [VERDICT],
    versions: [ENDING],
  });
  const answer = await gateway.app.inject({ method: 'GET', url: '/models/prices/backtests' });
  assert.deepEqual(answer.json(), { backtests: [view] });
  assert.equal((await get('/models/none/backtests')).statusCode, 404);
  const { backtest, verdicts, endings } = (await get('/models/prices/backtests/b')).json();
  assert.deepEqual(backtest, view);
  assert.deepEqual(verdicts, [
    { windowStart: 1, windowEnd: 2, version: 2, state: 'drift', likelihood: 0.75, action: 'retrain' },
  ]);
  assert.equal(endings.length, 1);
  assert.deepEqual(endings[0], {
    commandId: 'c',
    action: 'retrain',
    outcome: 'rejected',
    version: null,
    eventTime: 3,
    endedAt: 4,
    rows: 5,
    steps: 6,
    reasons: ['it is worse'],
  });
  assert.equal((await get('/models/prices/backtests/none')).json().code, 'NOT_FOUND');
});

test('the settings that a what-if takes are told as the spec has them', async () => {
  const { settings } = (await get('/models/prices/what-if')).json();
  const budget = settings.find(
    ({ path }: { path: string }) => path === 'drift.expectedWindowsBetweenFalseAlarms',
  );
  assert.equal(budget.value, 100);
  assert.equal(budget.kind, 'number');
  assert.equal((await get('/models/none/what-if')).statusCode, 404);
});

test('of a command that the trainer has not begun there is no report', async () => {
  assert.deepEqual((await get('/models/prices/commands/c/progress')).json(), { reports: [] });
  assert.equal((await get('/models/none/commands/c/progress')).statusCode, 404);
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
