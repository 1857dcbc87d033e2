import type { HttpSecurity, Problems } from './parts.ts';
import type { SecuritySettings } from './settings.ts';
import { type TlsPrefix, tlsMaterial } from './tls-material.ts';

/**
 * How a part with an HTTP interface is spoken to; its address says whether there is TLS. Settings
 * that do not fit the address are a problem: a password that is not used is one that is missing
 * elsewhere.
 *
 * @param url the part's address where it has to fit
 */
export function httpSecurity(
  prefix: Exclude<TlsPrefix, 'KAFKA'>,
  url: string | undefined,
  settings: SecuritySettings,
  problems: Problems,
): HttpSecurity {
  const tls = tlsMaterial(prefix, settings, problems);
  if (tls !== undefined && url?.startsWith('http:'))
    problems.push(`${prefix}_TLS_* is set, but ${prefix}_URL begins with http: make it https, or unset them`);
  const { username, password, token } =
    prefix === 'S3' ? storeCredentials(settings, problems) : credentials(prefix, url, settings, problems);
  return {
    ...(tls === undefined ? {} : { tls }),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(token === undefined ? {} : { token }),
  };
}

interface Credentials {
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly token: string | undefined;
}

function credentials(
  prefix: 'SCHEMA_REGISTRY' | 'CLICKHOUSE',
  url: string | undefined,
  settings: SecuritySettings,
  problems: Problems,
): Credentials {
  const username = settings[`${prefix}_USERNAME`];
  const password = settings[`${prefix}_PASSWORD`];
  const token = prefix === 'SCHEMA_REGISTRY' ? settings.SCHEMA_REGISTRY_TOKEN : undefined;
  const needsPassword = prefix === 'SCHEMA_REGISTRY';
  if (password !== undefined && username === undefined)
    problems.push(`${prefix}_PASSWORD is set without ${prefix}_USERNAME: set both`);
  if (needsPassword && username !== undefined && password === undefined)
    problems.push(`${prefix}_USERNAME is set without ${prefix}_PASSWORD: set it, or ${prefix}_PASSWORD_FILE`);
  if (token !== undefined && username !== undefined)
    problems.push(`${prefix}_TOKEN and ${prefix}_USERNAME are both set: unset one`);
  const inUrl = url !== undefined && URL.canParse(url) && new URL(url).username !== '';
  if (inUrl && (username !== undefined || token !== undefined))
    problems.push(
      `${prefix}_URL holds a user, and ${prefix}_${token === undefined ? 'USERNAME' : 'TOKEN'} is set: use one`,
    );
  return { username, password, token };
}

function storeCredentials(settings: SecuritySettings, problems: Problems): Credentials {
  const { AWS_ACCESS_KEY_ID: username, AWS_SECRET_ACCESS_KEY: password, AWS_SESSION_TOKEN: token } = settings;
  if ((username === undefined) !== (password === undefined)) {
    const [has, lacks] =
      username === undefined
        ? ['AWS_SECRET_ACCESS_KEY', 'AWS_ACCESS_KEY_ID']
        : ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
    problems.push(`${has} is set without ${lacks}: set both (or ${lacks}_FILE)`);
  }
  return { username, password, token };
}
