import type { KafkaSasl, KafkaSecurity, Problems, TokenSource } from './parts.ts';
import type { SecuritySetting, SecuritySettings } from './settings.ts';
import { tlsMaterial } from './tls-material.ts';

const PASSWORD_SETTINGS = ['KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'] as const;
const TOKEN_URL_SETTINGS = [
  'KAFKA_OAUTH_TOKEN_URL',
  'KAFKA_OAUTH_CLIENT_ID',
  'KAFKA_OAUTH_CLIENT_SECRET',
] as const;
const SASL_SETTINGS: readonly SecuritySetting[] = [
  'KAFKA_SASL_MECHANISM',
  ...PASSWORD_SETTINGS,
  'KAFKA_OAUTH_TOKEN_FILE',
  ...TOKEN_URL_SETTINGS,
];
const TLS_SETTINGS: readonly SecuritySetting[] = ['KAFKA_TLS_CA', 'KAFKA_TLS_CERTIFICATE', 'KAFKA_TLS_KEY'];

/**
 * How Kafka is spoken to. A setting that the protocol makes no use of is a problem, not ignored.
 */
export function kafkaSecurity(settings: SecuritySettings, problems: Problems): KafkaSecurity {
  const protocol = settings.KAFKA_SECURITY_PROTOCOL ?? 'PLAINTEXT';
  const tls = tlsMaterial('KAFKA', settings, problems);
  if (!protocol.startsWith('SASL_')) refuse(SASL_SETTINGS, 'SASL_SSL', settings, problems);
  if (!protocol.endsWith('SSL'))
    refuse(TLS_SETTINGS, protocol.startsWith('SASL_') ? 'SASL_SSL' : 'SSL', settings, problems);
  const sasl = protocol.startsWith('SASL_') ? saslOf(settings, problems) : undefined;
  return {
    ...(protocol.endsWith('SSL') ? { tls: tls ?? {} } : {}),
    ...(sasl === undefined ? {} : { sasl }),
  };
}

function refuse(
  names: readonly SecuritySetting[],
  needed: string,
  settings: SecuritySettings,
  problems: Problems,
): void {
  const protocol = settings.KAFKA_SECURITY_PROTOCOL;
  const [first] = names.filter((name) => settings[name] !== undefined);
  if (first === undefined) return;
  const is = protocol === undefined ? 'is not set, which is PLAINTEXT' : `is ${protocol}`;
  problems.push(`${first} is set, but KAFKA_SECURITY_PROTOCOL ${is}: set it to ${needed}, or unset ${first}`);
}

function saslOf(settings: SecuritySettings, problems: Problems): KafkaSasl | undefined {
  const { KAFKA_SASL_MECHANISM: mechanism } = settings;
  if (mechanism === undefined) {
    problems.push(
      'KAFKA_SASL_MECHANISM is not set: set it to PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER, as the listener takes',
    );
    return undefined;
  }
  if (mechanism === 'OAUTHBEARER') {
    const token = tokenSource(settings, problems);
    return token && { mechanism, token };
  }
  const { KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = settings;
  if (username === undefined) problems.push(`KAFKA_SASL_USERNAME is not set: ${mechanism} needs it`);
  if (password === undefined)
    problems.push(
      `KAFKA_SASL_PASSWORD is not set: ${mechanism} needs it; set it, or KAFKA_SASL_PASSWORD_FILE to the path of a file with it`,
    );
  return username === undefined || password === undefined ? undefined : { mechanism, username, password };
}

function tokenSource(settings: SecuritySettings, problems: Problems): TokenSource | undefined {
  const { KAFKA_OAUTH_TOKEN_FILE: file, KAFKA_OAUTH_SCOPE: scope } = settings;
  if (file !== undefined) return { file };
  const {
    KAFKA_OAUTH_TOKEN_URL: url,
    KAFKA_OAUTH_CLIENT_ID: clientId,
    KAFKA_OAUTH_CLIENT_SECRET: clientSecret,
  } = settings;
  if (url !== undefined && clientId !== undefined && clientSecret !== undefined)
    return { url, clientId, clientSecret, ...(scope === undefined ? {} : { scope }) };
  const missing = TOKEN_URL_SETTINGS.filter((name) => settings[name] === undefined);
  problems.push(
    `OAUTHBEARER needs a token: set KAFKA_OAUTH_TOKEN_FILE, or ${missing.join(', ')} (${missing.length < 3 ? 'not set yet' : 'all three'})`,
  );
  return undefined;
}
