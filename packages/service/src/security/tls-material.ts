import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { Problems, TlsMaterial } from './parts.ts';
import type { SecuritySettings } from './settings.ts';

/** The parts whose variables begin so. */
export type TlsPrefix = 'KAFKA' | 'SCHEMA_REGISTRY' | 'CLICKHOUSE' | 'S3';

const CERTIFICATES = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * The PEM texts of a part, each looked into: what is no certificate, has expired or does not belong
 * together is said here, where its variable has a name.
 *
 * @returns undefined where none is set
 */
export function tlsMaterial(
  prefix: TlsPrefix,
  settings: SecuritySettings,
  problems: Problems,
): TlsMaterial | undefined {
  const ca = settings[`${prefix}_TLS_CA`];
  const cert = settings[`${prefix}_TLS_CERTIFICATE`];
  const key = settings[`${prefix}_TLS_KEY`];
  const passphrase = prefix === 'KAFKA' ? settings.KAFKA_TLS_KEY_PASSWORD : undefined;
  if (ca !== undefined) readCertificates(`${prefix}_TLS_CA`, ca, problems);
  checkPair(prefix, { cert, key, passphrase }, problems);
  if (ca === undefined && cert === undefined && key === undefined) return undefined;
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(passphrase === undefined ? {} : { passphrase }),
  };
}

interface Pair {
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly passphrase: string | undefined;
}

function checkPair(prefix: TlsPrefix, { cert, key, passphrase }: Pair, problems: Problems): void {
  const [certName, keyName] = [`${prefix}_TLS_CERTIFICATE`, `${prefix}_TLS_KEY`];
  if (cert === undefined && key === undefined) return;
  if (cert === undefined || key === undefined) {
    const [has, lacks] = cert === undefined ? [keyName, certName] : [certName, keyName];
    problems.push(`${has} is set without ${lacks}: set both (or ${lacks}_FILE)`);
    return;
  }
  const [leaf] = readCertificates(certName, cert, problems);
  const privateKey = readKey(keyName, key, passphrase, problems);
  if (leaf === undefined || privateKey === undefined) return;
  if (!leaf.checkPrivateKey(privateKey))
    problems.push(
      `${keyName} is not the key of the certificate in ${certName}: give the two that belong together`,
    );
  if (Date.parse(leaf.validTo) < Date.now())
    problems.push(
      `the certificate in ${certName} (${subjectOf(leaf)}) has expired on ${leaf.validTo}: renew it`,
    );
}

function readCertificates(name: string, pem: string, problems: Problems): X509Certificate[] {
  const blocks = pem.match(CERTIFICATES) ?? [];
  try {
    if (blocks.length > 0) return blocks.map((block) => new X509Certificate(block));
  } catch {
    // Said below.
  }
  problems.push(
    `${name} holds no certificate: give PEM text (-----BEGIN CERTIFICATE-----), or its path in ${name}_FILE`,
  );
  return [];
}

function readKey(
  name: string,
  pem: string,
  passphrase: string | undefined,
  problems: Problems,
): KeyObject | undefined {
  try {
    return createPrivateKey({ key: pem, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch {
    const encrypted = pem.includes('ENCRYPTED') ? `, or its password is wrong or missing` : '';
    problems.push(
      `${name} holds no private key${encrypted}: give PEM text (-----BEGIN PRIVATE KEY-----), or its path in ${name}_FILE`,
    );
    return undefined;
  }
}

function subjectOf(certificate: X509Certificate): string {
  return certificate.subject.replaceAll('\n', ', ');
}
