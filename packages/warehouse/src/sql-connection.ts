import { Agent } from 'node:https';
import type { ClickHouseClientConfigOptions } from '@clickhouse/client';
import type { HttpSecurity } from '@driftloop/service';

const MAX_SOCKETS = 10;

/**
 * TLS and credentials as ClickHouse's client takes them. A client certificate without a password is
 * the user's proof; with one it only opens the connection.
 */
export function connectionOptions({ tls, username, password }: HttpSecurity): ClickHouseClientConfigOptions {
  const user = {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
  if (tls?.cert === undefined) {
    return tls?.ca === undefined ? user : { ...user, tls: { ca_cert: Buffer.from(tls.ca) } };
  }
  const agent = { http_agent: new Agent({ ...tls, keepAlive: true, maxSockets: MAX_SOCKETS }) };
  if (password !== undefined) return { ...user, ...agent };
  return {
    ...agent,
    set_basic_auth_header: false,
    http_headers: {
      'X-ClickHouse-User': username ?? 'default',
      'X-ClickHouse-SSL-Certificate-Auth': 'on',
    },
  };
}
