import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { buildApp } from '../src/app.ts';
import type { GatewayContext } from '../src/context.ts';

/** Nothing that is asked for here comes as far as what the routes work with. */
const tokens = { hasTokens: () => false };
const UNUSED = { registry: {}, warehouse: {}, tokens } as unknown as GatewayContext;
let app: FastifyInstance;
let port: number;

before(async () => {
  app = await buildApp(UNUSED, {
    token: '',
    isOpen: true,
    rateLimit: 100,
    bodyLimitBytes: 2_000,
    requestTimeoutMs: 200,
  });
  port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port);
});
after(() => app.close());

for (const [name, beginning] of [
  [
    'a body that never ends',
    'POST /models/m/labels HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"label"',
  ],
  ['a head that never ends', 'GET /models HTTP/1.1\r\nHost: a\r\nX-Mine: '],
  ['a call that never begins', ''],
] as const) {
  test(`${name} is answered with 408 and its connection is closed`, async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write(beginning);
    // Resolves only when the other side closes.
    const answer = await text(socket);
    assert.match(answer, /^HTTP\/1.1 408 /);
    assert.equal(JSON.parse(answer.split('\r\n\r\n')[1] ?? '').error.code, 'REQUEST_INVALID');
  });
}
