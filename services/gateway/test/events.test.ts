import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { tokenFor } from './access-fixture.ts';
import { type GatewayFixture, startGateway } from './fixture.ts';

let gateway: GatewayFixture;
let url: string;
before(async () => {
  gateway = await startGateway({ token: 'secret' });
  url = await gateway.app.listen({ port: 0 });
});
after(() => gateway.close());

/** Reads a stream, block by block. */
async function listen(headers: Record<string, string> = {}, query = '') {
  const ending = new AbortController();
  const answer = await fetch(`${url}/events${query}`, { headers, signal: ending.signal });
  const text = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let buffered = '';
  const next = async (): Promise<Record<string, string>> => {
    for (;;) {
      const end = buffered.indexOf('\n\n');
      if (end >= 0) {
        const block = buffered.slice(0, end);
        buffered = buffered.slice(end + 2);
        if (block.startsWith(':')) continue;
        return Object.fromEntries(
          block
            .split('\n')
            .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
        );
      }
      const part = await text?.read();
      if (part === undefined || part.done) return {};
      buffered += part.value;
    }
  };
  return { answer, next, close: () => ending.abort() };
}

const roll = (to: number) =>
  gateway.context.registry.rollback('prices', { to, reason: 'to and fro', actor: 'test' });

test('tells what happens, and to whoever comes again what happened in between, each once', async () => {
  const first = await listen();
  assert.equal(first.answer.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  const { id: start = '' } = await first.next();
  await roll(1);
  const heard = await first.next();
  assert.equal(heard.event, 'version');
  const { model, version, kind, restoredVersion, actor } = JSON.parse(heard.data ?? '');
  assert.deepEqual([model, version, kind, restoredVersion, actor], ['prices', 2, 'rolledBack', 1, 'test']);
  first.close();

  await roll(2);
  await gateway.app.inject({
    method: 'POST',
    url: '/models/prices/retrain',
    payload: { reason: 'x' },
    headers: { authorization: 'Bearer secret' },
  });
  const again = await listen({ 'last-event-id': heard.id ?? '' });
  await again.next();
  const missed = [await again.next(), await again.next()];
  assert.deepEqual(missed.map(({ event }) => event).sort(), ['command', 'version']);
  await roll(1);
  assert.equal(JSON.parse((await again.next()).data ?? '').restoredVersion, 1);
  again.close();

  // From where the first began: all of it, in the order of each partition.
  const whole = await listen({ 'last-event-id': start });
  await whole.next();
  const all = [await whole.next(), await whole.next(), await whole.next(), await whole.next()];
  assert.deepEqual(
    all.filter(({ event }) => event === 'version').map(({ data }) => JSON.parse(data ?? '').restoredVersion),
    [1, 2, 1],
  );
  whole.close();
});

test('tells nobody of models that are not theirs', async () => {
  const { headers } = await tokenFor(gateway, 'viewer', { models: ['weather'] });
  const theirs = await listen(headers);
  const all = await listen({}, '?model=prices');
  await theirs.next();
  await all.next();
  await roll(2);
  await gateway.context.producer.send('retrain.commands', [
    { key: 'weather', value: { ...(await lastCommand()), model: 'weather' } },
  ]);
  assert.equal((await all.next()).event, 'version');
  assert.equal(JSON.parse((await theirs.next()).data ?? '').model, 'weather');
  theirs.close();
  all.close();
});

test('an id that is none is refused', async () => {
  for (const id of ['x', '9.0.1', '0.0', '0.0.-1', "' OR 1"]) {
    const answer = await fetch(`${url}/events`, { headers: { 'last-event-id': id } });
    assert.equal(answer.status, 400, id);
    await answer.body?.cancel();
  }
});

test('a gateway that stops ends its streams', async () => {
  const open = await listen();
  await open.next();
  await gateway.app.close();
  assert.deepEqual(await open.next(), {});
});

async function lastCommand() {
  const partitions = await gateway.context.bus.partitions('retrain.commands');
  for (let partition = 0; partition < partitions; partition++) {
    const [last] = await gateway.context.bus.tail('retrain.commands', partition, 1);
    if (last) return last.value;
  }
  return assert.fail('no command was sent');
}
