import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { PassThrough, Transform } from 'node:stream';
import { rewritePort } from './rewrite-port.ts';

/** What a connection through a proxy goes through. */
export type Weather =
  | { readonly kind: 'fine' }
  /** Connections are refused, those that were open are reset. */
  | { readonly kind: 'cut' }
  /** Connections stay, and nothing passes: what is sent meanwhile arrives later. */
  | { readonly kind: 'silent' }
  /** Every piece takes so much longer, in both directions. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Each connection is reset in the middle of an answer, after so many bytes of answers. */
  | { readonly kind: 'torn'; readonly afterBytes: number };

/** A stretch of network between two processes. */
export interface Passage {
  /** On 127.0.0.1. */
  readonly port: number;
  /** Changes the weather, for connections that are open too. */
  set(weather: Weather): void;
  /** How many connections it has reset or refused. */
  broken(): number;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/**
 * Opens a proxy to a port of this machine.
 *
 * @param options.namesItself the target says its own address in what it answers, as brokers do
 */
export async function openPassage(
  targetPort: number,
  options: { readonly namesItself?: boolean } = {},
): Promise<Passage> {
  const open = new Set<Pair>();
  let weather: Weather = { kind: 'fine' };
  let broken = 0;
  const server = createServer({ allowHalfOpen: false }, (client) => {
    if (weather.kind === 'cut') {
      broken++;
      client.resetAndDestroy();
      return;
    }
    const { port } = server.address() as AddressInfo;
    const rewriting = options.namesItself ? rewritePort(HOST, targetPort, port) : new PassThrough();
    const pair = join(client, connect({ host: HOST, port: targetPort }), rewriting, () => {
      open.delete(pair);
      broken++;
    });
    pair.set(weather);
    open.add(pair);
    pair.onEnd(() => open.delete(pair));
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    set(next) {
      weather = next;
      for (const pair of open) pair.set(next);
    },
    broken: () => broken,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const pair of open) pair.destroy();
      await closed;
    },
  };
}

/** Two sockets that are one connection. */
interface Pair {
  set(weather: Weather): void;
  destroy(): void;
  onEnd(listener: () => void): void;
}

function join(client: Socket, target: Socket, rewriting: Transform, onBroken: () => void): Pair {
  const there = createStretch();
  const back = createStretch();
  const sockets = [client, target];
  const reset = () => {
    for (const socket of sockets) if (!socket.destroyed) socket.resetAndDestroy();
  };
  client.pipe(there.stream).pipe(target);
  target.pipe(rewriting).pipe(back.stream).pipe(client);
  for (const socket of sockets) {
    socket.setNoDelay(true);
    // One side that goes takes the other with it, also where no error says so.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      for (const other of sockets) other.destroy();
    });
  }
  return {
    set(weather) {
      const isCut = weather.kind === 'cut';
      if (isCut) {
        onBroken();
        reset();
        return;
      }
      there.set(weather, () => undefined);
      back.set(weather, () => {
        onBroken();
        reset();
      });
    },
    destroy: reset,
    onEnd: (listener) => void client.once('close', listener),
  };
}

/** One direction of a connection. */
function createStretch() {
  let weather: Weather = { kind: 'fine' };
  let passed = 0;
  let onTorn = () => {};
  let goOn: (() => void) | undefined;
  const stream = new Transform({
    transform(chunk: Buffer, _, done) {
      const pass = () => {
        if (weather.kind === 'torn') {
          passed += chunk.length;
          if (passed > weather.afterBytes) {
            this.push(chunk.subarray(0, chunk.length >> 1));
            // What was pushed is on its way when the connection goes.
            setImmediate(onTorn);
            return;
          }
        }
        done(null, chunk);
      };
      if (weather.kind === 'silent') goOn = pass;
      else if (weather.kind === 'slow') setTimeout(pass, weather.ms);
      else pass();
    },
  });
  stream.on('error', () => undefined);
  return {
    stream,
    set(next: Weather, torn: () => void) {
      weather = next;
      onTorn = torn;
      passed = 0;
      if (next.kind === 'silent') return;
      goOn?.();
      goOn = undefined;
    },
  };
}
