import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import Fastify from 'fastify';
import { EVERYBODY, type Identity } from '../src/access/identity.ts';
import type { GatewayContext } from '../src/context.ts';
import type { IdentifiedEvent } from '../src/events/live-events.ts';
import { eventRoutes } from '../src/routes/events.ts';

const NONE: readonly IdentifiedEvent[] = [];

/**
 * A gateway of streams alone, on which nothing ever happens.
 * @param onTheWay what a call waits for before its stream begins
 */
async function streaming(
  callerOf: (who: string) => Identity,
  onTheWay: (socket: Socket) => unknown = () => undefined,
) {
  const ended = Promise.withResolvers<void>();
  const events: Partial<GatewayContext['events']> = {
    currentId: () => '0.0.0',
    async *read(_lastId, { signal }) {
      if (!signal.aborted) await once(signal, 'abort');
      ended.resolve();
      yield* NONE;
    },
  };
  const app = Fastify();
  app.decorateRequest('caller');
  app.addHook('onRequest', async (request) => {
    request.caller = callerOf(String(request.headers.who));
    await onTheWay(request.raw.socket);
  });
  await app.register(eventRoutes({ events } as GatewayContext, () => true));
  return { app, url: await app.listen({ port: 0, host: '127.0.0.1' }), ended };
}

test('a caller has so many streams and no more, and leaves room for others', async () => {
  const { app, url } = await streaming((who) => ({ ...EVERYBODY, tokenId: who }));
  const ending = new AbortController();
  const open = async (who: string) => {
    const { status } = await fetch(`${url}/events`, { headers: { who }, signal: ending.signal });
    return status;
  };
  try {
    for (let i = 0; i < 50; i++) assert.equal(await open('one'), 200);
    assert.notEqual(await open('one'), 200);
    assert.equal(await open('other'), 200);
  } finally {
    ending.abort();
    await app.close();
  }
});

test('whoever has gone before their stream begins leaves none behind', { timeout: 10_000 }, async () => {
  const { app, url, ended } = await streaming(
    () => EVERYBODY,
    async (socket) => {
      socket.destroy();
      await once(socket, 'close');
    },
  );
  try {
    await assert.rejects(fetch(`${url}/events`));
    await ended.promise;
  } finally {
    await app.close();
  }
});
