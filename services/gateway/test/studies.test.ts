import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { checkStudy, planStudy } from '@driftloop/studies';
import { tokenFor } from './access-fixture.ts';
import { type GatewayFixture, startGateway } from './fixture.ts';

let gateway: GatewayFixture;
before(async () => {
  gateway = await startGateway({ token: 'secret' });
});
after(() => gateway.close());

const BUDGET = 'drift.expectedWindowsBetweenFalseAlarms';
const STUDY = checkStudy(
  {
    study: 'budgets',
    design: { kind: 'grid' },
    parameters: { [BUDGET]: [20, 50] },
    backtest: { model: 'prices' },
    objectives: [{ of: 'alarms', wanted: 'low' }],
  },
  'budgets',
);

const get = (url: string, token = 'secret') =>
  gateway.app.inject({ method: 'GET', url, headers: { authorization: `Bearer ${token}` } });

/** Asks until something holds: what is sent comes through Kafka. */
async function until<T>(ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('a study is listed, told with what it came to, and proposes the best setting', async () => {
  const { producer } = gateway.connections;
  assert.deepEqual((await get('/studies')).json(), { studies: [] });
  const id = await planStudy(producer, STUDY, 'somebody');
  const event = (job: string, kind: 'claimed' | 'done', body = '') => ({
    key: id,
    value: { study: id, job, kind, worker: 'w', attempt: 1, body },
  });
  await producer.send('study.events', [
    event('0', 'claimed'),
    event('0', 'done', '{"alarms":3}'),
    event('1', 'claimed'),
    event('1', 'done', '{"alarms":1}'),
  ]);
  const [told] = await until(
    async () => (await get('/studies')).json().studies,
    (studies) => studies[0]?.state === 'finished',
  );
  assert.deepEqual(told, {
    id,
    name: 'budgets',
    model: 'prices',
    design: 'grid',
    state: 'finished',
    counts: { waiting: 0, claimed: 0, done: 2, failed: 0 },
  });

  const { best, rows, runs, objectives } = (await get('/studies/budgets?limit=1')).json();
  assert.equal(best, 1);
  assert.equal(runs, 2);
  assert.deepEqual(objectives, [{ of: 'alarms', wanted: 'low' }]);
  // Those that no other beats come first.
  assert.deepEqual(rows, [
    {
      sample: 1,
      values: { [BUDGET]: 50 },
      status: 'done',
      metrics: { alarms: 1 },
      isFront: true,
      reason: '',
    },
  ]);

  const proposal = (await get(`/studies/${id}/proposal`)).json();
  assert.deepEqual(proposal.differences, [
    { path: '/drift/expectedWindowsBetweenFalseAlarms', before: 100, after: 50 },
  ]);
  assert.equal(
    (await get(`/studies/${id}/proposal?of=0`)).json().spec.drift.expectedWindowsBetweenFalseAlarms,
    20,
  );
  assert.equal((await get(`/studies/${id}/proposal?of=7`)).json().code, 'NOT_FOUND');

  // It is a spec that can be put into effect, by whoever may.
  const put = await gateway.app.inject({
    method: 'PUT',
    url: '/models/prices/spec',
    headers: { authorization: 'Bearer secret' },
    payload: { spec: proposal.spec, reason: 'a study says so' },
  });
  assert.equal(put.json().changed, true, put.body);
  await until(
    async () => (await get(`/studies/${id}/proposal`)).json().differences.length,
    (differences) => differences === 0,
  );
});

test('who is for some models only sees their studies, and none of steps', async () => {
  const { producer } = gateway.connections;
  const steps = checkStudy(
    { study: 'pi', design: { kind: 'grid' }, parameters: { seed: [1] }, steps: [{ name: 's', run: 'true' }] },
    'pi',
  );
  await planStudy(producer, steps, 'somebody');
  await until(
    async () => (await get('/studies')).json().studies.length,
    (studies) => studies === 2,
  );
  const theirs = (await tokenFor(gateway, 'viewer', { models: ['prices'] })).secret;
  const others = (await tokenFor(gateway, 'viewer', { models: ['other'] })).secret;
  const names = async (token: string) =>
    (await get('/studies', token)).json().studies.map(({ name }: { name: string }) => name);
  assert.deepEqual(await names('secret'), ['pi', 'budgets']);
  assert.deepEqual(await names(theirs), ['budgets']);
  assert.deepEqual(await names(others), []);
  assert.equal((await get('/studies/pi', theirs)).statusCode, 403);
  assert.equal((await get('/studies/budgets', others)).statusCode, 403);
  assert.equal((await get('/studies/budgets/proposal', others)).statusCode, 403);
  assert.equal((await get('/studies/none')).statusCode, 404);
});
