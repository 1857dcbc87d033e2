import { createServer } from 'node:net';
import { DriftloopError } from '@driftloop/errors';
import { freePorts } from '@driftloop/local';

/** A TCP port on loopback that is free now. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  return port as number;
}

/**
 * Resolves to the port when it is free on loopback now, and to a free one when it is 0.
 *
 * @throws DriftloopError LOCAL_START_FAILED when another program has it
 */
export async function requirePort(port: number): Promise<number> {
  if (port === 0) return freePort();
  try {
    await listenOnce(port);
    return port;
  } catch (cause) {
    throw portRefused(port, cause as NodeJS.ErrnoException);
  }
}

/** The port when it is free on loopback now, else a free one. */
export async function portOr(port: number): Promise<number> {
  try {
    await listenOnce(port);
    return port;
  } catch {
    return freePort();
  }
}

/**
 * What to tell when the gateway did not start: the port, when another program took it after
 * `requirePort` had looked, else `failure` as it is.
 */
export function gatewayFailure(failure: unknown, port: number): unknown {
  if (!(failure instanceof Error)) return failure;
  return isPortTaken(failure.message, port)
    ? portRefused(port, Object.assign(failure, { code: 'EADDRINUSE' }))
    : failure;
}

/** Whether a reason says that another program has this port. */
export function isPortTaken(reason: string, port: number): boolean {
  return new RegExp(`EADDRINUSE[^"\\n]*:${port}\\b`).test(reason);
}

function portRefused(port: number, cause: NodeJS.ErrnoException): DriftloopError {
  return new DriftloopError(
    'LOCAL_START_FAILED',
    `The HTTP API cannot use port ${port}: ${cause.code === 'EADDRINUSE' ? 'another program has it, perhaps `driftloop up` with another --data' : cause.message}. Choose another port with --port; 0 takes a free one.`,
    { cause },
  );
}

function listenOnce(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}
