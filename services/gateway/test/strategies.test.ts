import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CHOICE, STRATEGIES } from '@driftloop/continual';
import { auditOf, tokenFor } from './access-fixture.ts';
import { type GatewayFixture, startGateway } from './fixture.ts';

let gateway: GatewayFixture;
before(async () => {
  gateway = await startGateway({ token: 'secret' });
});
after(() => gateway.close());

const ROOT = { authorization: 'Bearer secret' };
const get = (url: string) => gateway.app.inject({ method: 'GET', url, headers: ROOT });
const begin = (payload: object, headers: Record<string, string> = ROOT, model = 'prices') =>
  gateway.app.inject({ method: 'POST', url: `/models/${model}/bouts`, payload, headers });

/** The studies that the gateway knows, once one of an id is among them. */
async function studyOf(id: string): Promise<{ rows: { values: object }[]; [name: string]: unknown }> {
  for (;;) {
    const answer = await get(`/studies/${id}`);
    if (answer.statusCode === 200) return answer.json();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('every strategy is told as the code has it, and before them the choice of the trainer', async () => {
  const { strategies } = (await get('/strategies')).json();
  assert.deepEqual(
    strategies.map(({ name, summary, source, settings }: (typeof STRATEGIES)[number]) => ({
      ...{ name, summary, source, settings },
    })),
    [
      { name: CHOICE.name, summary: CHOICE.summary, source: null, settings: {} },
      ...STRATEGIES.map(({ name, summary, source = null, settings }) => ({
        ...{ name, summary, source, settings },
      })),
    ],
  );
  assert.deepEqual(
    strategies.map(({ among }: { among: unknown }) => among).filter((among: unknown) => among !== null),
    [CHOICE.among],
  );
});

test('the benchmark is told by scenario, the newest of each strategy, the best first', async () => {
  assert.deepEqual((await get('/strategies/benchmark')).json(), { scenarios: [] });
  const { database } = gateway.connections.warehouse;
  const measured = (scenario: string, strategy: string, at: number, accuracy: number) =>
    `('${scenario}', '${strategy}', fromUnixTimestamp64Milli(${at}), ${accuracy}, 5, [0.9, ${accuracy}], [0.5], 250, 'five tasks')`;
  await gateway.sql(
    `INSERT INTO ${database}.continual_benchmark
       (scenario, strategy, measured_at, accuracy, seeds, curve, blocks, block_rows, title) VALUES
       ${[
         measured('A', 'naive', 1_000, 0.2),
         measured('A', 'bandit', 1_000, 0.5),
         measured('A', 'bandit', 2_000, 0.9),
         measured('sea', 'naive', 1_000, 0.8),
       ].join(', ')}`,
  );
  const { scenarios } = (await get('/strategies/benchmark')).json();
  assert.deepEqual(
    scenarios.map(({ scenario, title, results }: { scenario: string; title: string; results: object[] }) => [
      ...[scenario, title, results.length],
    ]),
    [
      ['A', 'five tasks', 2],
      ['sea', 'five tasks', 1],
    ],
  );
  const [best] = scenarios[0].results;
  assert.deepEqual(
    {
      strategy: best.strategy,
      measuredAt: best.measuredAt,
      accuracy: best.accuracy,
      curve: best.curve,
      blocks: best.blocks,
      blockRows: best.blockRows,
      prequential: best.prequential,
      peer: best.peer,
    },
    {
      strategy: 'bandit',
      measuredAt: 2_000,
      accuracy: 0.9,
      curve: [0.9, 0.9],
      blocks: [0.5],
      blockRows: 250,
      prequential: null,
      peer: '',
    },
  );
});

test('a bout is a study of the whole loop that differs in the strategy alone, and stands in the audit log', async () => {
  const asked = { strategies: ['naive', 'der++', 'auto'], from: 1_000, to: 2_000, trainingMs: 60 };
  const { headers } = await tokenFor(gateway, 'operator', { models: ['prices'], name: 'Ada' });
  const answer = await begin(asked, headers);
  assert.equal(answer.statusCode, 202, answer.body);
  const id: string = answer.json().study;
  const told = await studyOf(id);
  assert.equal(told.name, (await get('/strategies')).json().bout);
  assert.equal(told.model, 'prices');
  assert.deepEqual(
    told.rows.map(({ values }) => values),
    ['naive', 'der++', 'auto'].map((strategy) => ({ 'retrain.strategy': strategy })),
  );
  assert.deepEqual(told.objectives, [
    { of: 'score', wanted: 'high' },
    { of: 'steps', wanted: 'low' },
  ]);
  const { backtest } = gateway.context.studies.all.get(id)?.study ?? assert.fail();
  assert.deepEqual(backtest, { model: 'prices', from: 1_000, to: 2_000, train: true, trainingMs: 60 });
  // The same again is the same study.
  assert.equal((await begin(asked, headers)).json().study, id);
  const entry = (await auditOf(gateway)).find(({ action }) => action === 'POST /models/:model/bouts');
  assert.equal(entry?.actor, 'Ada');
  assert.equal(entry?.model, 'prices');
  assert.match(String(entry?.after), new RegExp(id));
});

test('a bout that cannot be is refused in words', async () => {
  const slice = { from: 1_000, to: 2_000 };
  for (const [payload, status, code, words] of [
    [{ strategies: ['magic'], ...slice }, 400, 'STRATEGY_UNKNOWN', /'magic'.*naive/],
    [{ strategies: ['naive'], from: 2_000, to: 2_000 }, 400, 'REQUEST_INVALID', /empty/],
    [{ strategies: [], ...slice }, 400, 'REQUEST_INVALID', /strategies/],
    [{ strategies: ['naive', 'naive'], ...slice }, 400, 'REQUEST_INVALID', /strategies/],
    [{ strategies: ['naive'] }, 404, 'NOT_FOUND', /no verdict yet/],
  ] as const) {
    const answer = await begin(payload);
    assert.equal(answer.statusCode, status, answer.body);
    assert.equal(answer.json().code, code);
    assert.match(answer.json().detail, words);
  }
  assert.equal((await begin({ strategies: ['naive'], ...slice }, ROOT, 'nobody')).statusCode, 404);
  const { headers } = await tokenFor(gateway, 'operator', { models: ['other'] });
  assert.equal((await begin({ strategies: ['naive'], ...slice }, headers)).statusCode, 403);
});
