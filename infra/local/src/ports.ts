import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const HOST = '127.0.0.1';
const FIRST = 20_000;
/** First port that Linux hands to outgoing connections by default; other systems begin later. */
const USUAL_OUTGOING = 32_768;
const DRAWS = 200;

/**
 * `count` different TCP ports of 127.0.0.1 that are free now. They lie below those that the system
 * hands to outgoing connections, so that a part that is stopped finds its port again; where no such
 * port is free, any will do.
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  const held: HeldPort[] = [];
  try {
    while (held.length < count) held.push(await holdFree());
  } finally {
    await Promise.all(held.map((port) => port.release()));
  }
  return held.map(({ port }) => port);
}

/** Whether a TCP port of 127.0.0.1 is free now. */
export async function isPortFree(port: number): Promise<boolean> {
  try {
    await (await hold(port)).release();
    return true;
  } catch {
    return false;
  }
}

interface HeldPort {
  readonly port: number;
  release(): Promise<void>;
}

async function holdFree(): Promise<HeldPort> {
  const end = firstOutgoingPort();
  for (let draw = 0; draw < DRAWS && end > FIRST; draw++) {
    const port = await hold(randomInt(FIRST, end)).catch(() => undefined);
    if (port !== undefined) return port;
  }
  return hold(0);
}

function firstOutgoingPort(): number {
  try {
    return Number.parseInt(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8'), 10);
  } catch {
    return USUAL_OUTGOING;
  }
}

function hold(port: number): Promise<HeldPort> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: HOST, port, exclusive: true }, () => {
      const address = server.address();
      if (address === null || typeof address === 'string') return reject(new TypeError('not a TCP address'));
      resolve({ port: address.port, release: () => new Promise((done) => server.close(() => done())) });
    });
  });
}
