import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import { freePorts, isPortFree } from '../src/ports.ts';

test('ports differ, are free, and none is one that outgoing connections get', async () => {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const outgoing: number[] = [];
  for (let count = 0; count < 50; count++) {
    const socket = connect(address.port, '127.0.0.1');
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    outgoing.push(socket.localPort ?? 0);
    socket.destroy();
  }
  server.close();
  const ports = await freePorts(50);
  assert.equal(new Set(ports).size, 50);
  assert.ok(Math.max(...ports) < Math.min(...outgoing), `${Math.max(...ports)} ${Math.min(...outgoing)}`);
  assert.ok((await Promise.all(ports.map(isPortFree))).every(Boolean));
});
