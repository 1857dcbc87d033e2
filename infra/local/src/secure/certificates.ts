import { randomBytes, webcrypto } from 'node:crypto';
// @peculiar/x509 wants it before it is loaded itself.
import 'reflect-metadata';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A certificate and its private key, as PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** What signs certificates. */
export interface Authority {
  /** Its own certificate, as PEM: what clients trust. */
  readonly cert: string;
  /** Makes a certificate with a new key. */
  issue(subject: Subject): Promise<KeyPair>;
}

/** Whom a certificate is for. */
export interface Subject {
  /** Its common name: how Kafka and ClickHouse call who shows it. */
  readonly name: string;
  /** @default `localhost` */
  readonly hostNames?: readonly string[];
  /** @default `127.0.0.1` */
  readonly addresses?: readonly string[];
  /** From when on it is good. @default now, but for a clock that is a little behind */
  readonly notBefore?: Date;
  /** @default ten years from now */
  readonly notAfter?: Date;
}

const CURVE = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const TEN_YEARS_MS = 3_650 * 86_400_000;
const CLOCK_SLACK_MS = 3_600_000;

/**
 * Makes an authority whose key is in this process's memory alone: nothing more is ever signed by
 * it.
 */
export async function createAuthority(name: string): Promise<Authority> {
  const keys = await generateKeys();
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...validity({ name }),
    serialNumber: serialNumber(),
    name: `CN=${name}`,
    keys,
    signingAlgorithm: CURVE,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  return {
    cert: authority.toString('pem'),
    issue: (subject) => issue(authority, keys.privateKey, subject),
  };
}

async function issue(
  authority: X509Certificate,
  signingKey: webcrypto.CryptoKey,
  subject: Subject,
): Promise<KeyPair> {
  const { name, hostNames = ['localhost'], addresses = ['127.0.0.1'] } = subject;
  const keys = await generateKeys();
  const cert = await X509CertificateGenerator.create({
    ...validity(subject),
    serialNumber: serialNumber(),
    subject: `CN=${name}`,
    issuer: authority.subject,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: CURVE,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
      new SubjectAlternativeNameExtension([
        ...hostNames.map((value) => ({ type: 'dns' as const, value })),
        ...addresses.map((value) => ({ type: 'ip' as const, value })),
      ]),
    ],
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { cert: cert.toString('pem'), key: PemConverter.encode(key, 'PRIVATE KEY') };
}

function validity({ notBefore, notAfter }: Subject): { notBefore: Date; notAfter: Date } {
  return {
    notBefore: notBefore ?? new Date(Date.now() - CLOCK_SLACK_MS),
    notAfter: notAfter ?? new Date(Date.now() + TEN_YEARS_MS),
  };
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(CURVE, true, ['sign', 'verify']);
}

/** Positive, as the first bit is 0 (RFC 5280, section 4.1.2.2). */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  return bytes.toString('hex');
}
