import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { buildApp } from '../src/app.ts';
import { followCommandAnswers, newClaimId } from '../src/idempotency/command-answers.ts';
import { tokenFor } from './access-fixture.ts';
import { type GatewayFixture, NOW, startGateway } from './fixture.ts';

let gateway: GatewayFixture;
before(async () => {
  gateway = await startGateway({ token: 'secret' });
});
after(() => gateway.close());

const ROOT = { authorization: 'Bearer secret' };
const post = (path: string, payload: object, key: string, headers: Record<string, string> = ROOT) =>
  gateway.app.inject({
    method: 'POST',
    url: `/models/prices/${path}`,
    payload,
    headers: { ...headers, 'idempotency-key': key },
  });
const commands = async () => {
  const ends = await gateway.context.bus.offsets('retrain.commands');
  return ends.reduce((sum, { high }) => sum + high, 0);
};
const events = async () => (await gateway.context.bus.offsets('model.events'))[0]?.high ?? 0;

test('the same command with the same key is carried out once, also at the same time', async () => {
  const before = await commands();
  const answers = await Promise.all(Array.from({ length: 5 }, () => post('retrain', { reason: 'x' }, 'k1')));
  const later = await post('retrain', { reason: 'x' }, 'k1');
  assert.deepEqual(
    answers.map(({ statusCode }) => statusCode),
    [202, 202, 202, 202, 202],
  );
  assert.equal(new Set([...answers, later].map(({ body }) => body)).size, 1);
  assert.equal(later.headers['idempotent-replayed'], 'true');
  assert.equal(await commands(), before + 1);
});

test('a rollback that comes again does not roll back further', async () => {
  const first = await post('rollback', { reason: 'x' }, 'k2');
  assert.deepEqual(first.json(), { live: 1 });
  const before = await events();
  assert.deepEqual((await post('rollback', { reason: 'x' }, 'k2')).json(), { live: 1 });
  assert.equal(await events(), before);
});

test('another call with the same key is refused; another caller has keys of their own', async () => {
  const before = await commands();
  const other = await post('retrain', { reason: 'y' }, 'k1');
  assert.equal(other.statusCode, 409);
  assert.equal(other.json().code, 'IDEMPOTENCY_KEY_REUSED');
  assert.equal(await commands(), before);
  const { headers } = await tokenFor(gateway, 'operator');
  assert.equal((await post('retrain', { reason: 'y' }, 'k1', headers)).statusCode, 202);
  for (const key of ['', 'a b', 'x'.repeat(201), 'ü'])
    assert.equal((await post('retrain', { reason: 'y' }, key)).statusCode, 400, key);
});

test('a call by which nothing was done leaves its key free', async () => {
  assert.equal((await post('rollback', { to: 9, reason: 'x' }, 'k3')).statusCode, 404);
  assert.equal((await post('retrain', { reason: 'x' }, 'k3')).statusCode, 202);
});

test('a command that is told to take too long is carried out once, when its caller comes again', async () => {
  const { context } = gateway;
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const send: typeof context.producer.send = async (...args) => {
    if (args[0] === 'retrain.commands') await held;
    return context.producer.send(...args);
  };
  const app = await buildApp(
    { ...context, producer: { ...context.producer, send } },
    { token: 'secret', rateLimit: 1_000, bodyLimitBytes: 2_000, answerWithinMs: 1_000 },
  );
  const ask = () =>
    app.inject({
      method: 'POST',
      url: '/models/prices/retrain',
      payload: { reason: 'late' },
      headers: { ...ROOT, 'idempotency-key': 'late' },
    });
  const before = await commands();
  assert.equal((await ask()).statusCode, 503);
  const again = ask();
  release();
  const { statusCode, headers, body } = await again;
  assert.deepEqual([statusCode, headers['idempotent-replayed']], [202, 'true'], body);
  assert.equal(await commands(), before + 1);
  await app.close();
});

test('another gateway knows what was answered', async () => {
  const { producer, bus } = gateway.context;
  const parts = { producer, now: () => NOW };
  const fail = (error: unknown) => assert.fail(String(error));
  const [one, other] = await Promise.all([1, 2].map(() => followCommandAnswers(bus, parts, fail)));
  if (one === undefined || other === undefined) return assert.fail();
  try {
    const call = () => ({ callId: 'c', requestSha256: 's', claimId: newClaimId() });
    const [first, second] = [call(), call()];
    const claims = await Promise.all([
      one.claim(first).then(async (answer) => {
        if (answer === undefined) await one.settle(first, { status: 200, body: '{"by":"one"}' });
        return answer;
      }),
      other.claim(second).then(async (answer) => {
        if (answer === undefined) await other.settle(second, { status: 200, body: '{"by":"other"}' });
        return answer;
      }),
    ]);
    const winner = claims[0] === undefined ? 'one' : 'other';
    assert.deepEqual(
      claims.filter((answer) => answer !== undefined),
      [{ status: 200, body: `{"by":"${winner}"}` }],
    );
  } finally {
    await Promise.all([one.close(), other.close()]);
  }
});
