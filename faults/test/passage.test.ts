import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { openPassage, type Passage } from '../src/network/passage.ts';

/** Says back what it is told. */
const echo = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.pipe(socket);
});
let passage: Passage;
const clients: Socket[] = [];

before(async () => {
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  passage = await openPassage((echo.address() as AddressInfo).port, { namesItself: true });
});
after(async () => {
  for (const client of clients) client.destroy();
  await passage.close();
  echo.close();
});

async function connected(): Promise<Socket> {
  const client = connect({ host: '127.0.0.1', port: passage.port });
  client.on('error', () => undefined);
  clients.push(client);
  await once(client, 'connect');
  return client;
}

/** Resolves also where an error comes first. */
function closedOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
  });
}

/** The next so many bytes. */
async function read(client: Socket, bytes: number): Promise<Buffer> {
  let found: Buffer = Buffer.alloc(0);
  while (found.length < bytes) {
    const [chunk] = (await once(client, 'data')) as [Buffer];
    found = Buffer.concat([found, chunk]);
  }
  return found;
}

test('what is said passes in order, and the same bytes come back', async () => {
  const client = await connected();
  const said = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
  client.write(said);
  assert((await read(client, said.length)).equals(said));
});

test('an address of the target leads through the passage, wherever a piece of it ends', async () => {
  const { port } = echo.address() as AddressInfo;
  const address = (of: number) => {
    const bytes = Buffer.from('..127.0.0.1####..');
    bytes.writeInt32BE(of, 11);
    return bytes;
  };
  for (let at = 1; at < 16; at++) {
    const client = await connected();
    client.setNoDelay(true);
    client.write(address(port).subarray(0, at));
    if (at <= 2) await read(client, at);
    client.write(address(port).subarray(at));
    const rest = await read(client, 17 - Math.min(at, 2) * Number(at <= 2));
    assert(rest.equals(address(passage.port).subarray(17 - rest.length)), `${at}: ${rest.toString('hex')}`);
  }
});

test('a cut resets what is open and refuses what comes, until it is mended', async () => {
  const client = await connected();
  client.write('before');
  await read(client, 6);
  const closed = closedOf(client);
  passage.set({ kind: 'cut' });
  await closed;
  const refused = connect({ host: '127.0.0.1', port: passage.port });
  refused.on('error', () => undefined);
  await closedOf(refused);
  passage.set({ kind: 'fine' });
  const again = await connected();
  again.write('after');
  assert.equal((await read(again, 5)).toString(), 'after');
});

test('what is said in silence arrives when it is over', async () => {
  const client = await connected();
  client.write('a');
  await read(client, 1);
  passage.set({ kind: 'silent' });
  let arrived = '';
  client.on('data', (chunk: Buffer) => {
    arrived += chunk.toString();
  });
  client.write('b');
  // Another connection of the same kind would have had its answer long before.
  const direct = connect({ host: '127.0.0.1', port: (echo.address() as AddressInfo).port });
  clients.push(direct);
  direct.write('c');
  await once(direct, 'data');
  assert.equal(arrived, '');
  passage.set({ kind: 'fine' });
  while (arrived === '') await once(client, 'data');
  assert.equal(arrived, 'b');
});

test('a torn answer ends in its middle', async () => {
  const client = await connected();
  const before = passage.broken();
  passage.set({ kind: 'torn', afterBytes: 1_000 });
  let bytes = 0;
  client.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  const closed = closedOf(client);
  client.write(Buffer.alloc(1_500));
  client.write(Buffer.alloc(20_000));
  await closed;
  assert(bytes < 21_500, `${bytes} bytes arrived`);
  assert.equal(passage.broken(), before + 1);
  passage.set({ kind: 'fine' });
});
