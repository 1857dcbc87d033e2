import { Agent } from 'node:https';
import type { BareAddress } from '@driftloop/service';
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';

/** The registry client for an address. It knows no bearer tokens of its own. */
export function registryClient({ url, security }: BareAddress): SchemaRegistry {
  const { tls, username, password = '', token } = security;
  return new SchemaRegistry({
    host: url,
    retry: { retries: 0 },
    ...(tls === undefined ? {} : { agent: new Agent({ ...tls, keepAlive: true }) }),
    ...(username === undefined ? {} : { auth: { username, password } }),
    ...(token === undefined ? {} : { middlewares: [bearer(token)] }),
  });
}

type Middleware = NonNullable<ConstructorParameters<typeof SchemaRegistry>[0]['middlewares']>[number];

function bearer(token: string): Middleware {
  return () => ({
    prepareRequest: async (next) => (await next()).enhance({ headers: { authorization: `Bearer ${token}` } }),
  });
}
