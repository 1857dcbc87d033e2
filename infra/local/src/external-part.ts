import { connect } from 'node:net';
import { DriftloopError, type ErrorCode, refusedCertificate } from '@driftloop/errors';
import { createFetch, type HttpSecurity, readSecurity } from '@driftloop/service';
import { ENV_NAMES, type LocalPart } from './local-stack.ts';
import type { PartName } from './part-name.ts';

const TIMEOUT_MS = 5_000;

const UNREACHABLE: Readonly<Record<PartName, ErrorCode>> = {
  kafka: 'KAFKA_UNAVAILABLE',
  registry: 'REGISTRY_UNAVAILABLE',
  clickhouse: 'WAREHOUSE_UNAVAILABLE',
};

/**
 * The part that the environment names instead of a local one, checked to be reachable; undefined
 * when it names none.
 *
 * @throws DriftloopError KAFKA_UNAVAILABLE, REGISTRY_UNAVAILABLE or WAREHOUSE_UNAVAILABLE;
 *   CERTIFICATE_REFUSED, CONFIG_INVALID
 */
export async function externalPart(name: PartName, env: NodeJS.ProcessEnv): Promise<LocalPart | undefined> {
  const url = env[ENV_NAMES[name]];
  if (url === undefined || url === '') return undefined;
  const problem = name === 'kafka' ? await brokersProblem(url) : await httpProblem(name, url, env);
  if (problem !== undefined) {
    throw new DriftloopError(
      UNREACHABLE[name],
      `${ENV_NAMES[name]} is set to ${url}, but ${problem}. Start it, correct the variable, or unset it to have a local one started.`,
    );
  }
  return { name, url };
}

/**
 * One broker that answers is enough. It may want TLS or SASL, so no more than a connection is
 * tried.
 */
async function brokersProblem(brokers: string): Promise<string | undefined> {
  const problems = await Promise.all(brokers.split(',').map((broker) => connectionProblem(broker.trim())));
  return problems.includes(undefined) ? undefined : problems.join(', ');
}

function connectionProblem(broker: string): Promise<string | undefined> {
  const colon = broker.lastIndexOf(':');
  const port = Number(broker.slice(colon + 1));
  if (colon < 1 || !Number.isInteger(port) || port < 1 || port > 65_535)
    return Promise.resolve(`'${broker}' is not host:port`);
  return new Promise((resolve) => {
    const socket = connect({ host: broker.slice(0, colon), port });
    const finish = (problem?: string): void => {
      socket.destroy();
      resolve(problem);
    };
    socket.setTimeout(TIMEOUT_MS, () => finish(`${broker} does not answer`));
    socket.once('error', (error) => finish(`${broker} cannot be reached (${error.message})`));
    socket.once('connect', () => finish());
  });
}

/**
 * Any answer but a server error will do: a 401 is for the clients, which have the credentials, to
 * solve.
 */
async function httpProblem(
  name: 'registry' | 'clickhouse',
  url: string,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const { registry, warehouse } = readSecurity(env);
  const { tls }: HttpSecurity = name === 'registry' ? registry : warehouse;
  try {
    const target = new URL(name === 'registry' ? `${url}/subjects` : `${url}/ping`);
    // fetch refuses URLs with credentials; reachability does not need them.
    target.username = '';
    target.password = '';
    const ask = createFetch(tls === undefined ? {} : { tls });
    const response = await ask(target.href, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    await response.discard();
    return response.status < 500 ? undefined : `it answers with HTTP status ${response.status}`;
  } catch (error) {
    const certificate = refusedCertificate(error);
    if (certificate !== undefined) {
      throw new DriftloopError(
        'CERTIFICATE_REFUSED',
        `${ENV_NAMES[name]} is set to ${url}, but there is no TLS connection, ${certificate}. docs/security.md has the variables for CAs and client certificates.`,
        { cause: error },
      );
    }
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return `it cannot be reached (${cause instanceof Error ? cause.message || cause.name : String(cause)})`;
  }
}
