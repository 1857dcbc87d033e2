import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { ClickHouseException } from './exception.ts';

/** Who is let in, and how the server shows who it is. */
export interface Access {
  /** PEM texts. */
  readonly certificate: string;
  readonly key: string;
  /** Whose certificates of clients count. */
  readonly ca: string;
  readonly user: string;
  readonly password: string;
}

/** Names of files, and of the user, as options of the command line. */
interface AccessOptions {
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  readonly ca?: string | undefined;
  readonly user?: string | undefined;
  readonly 'password-file'?: string | undefined;
}

/**
 * Reads the files; undefined where everybody is let in.
 * @throws TypeError where some are missing
 */
export function readAccess(options: AccessOptions): Access | undefined {
  const { certificate, key, ca, user, 'password-file': passwordFile } = options;
  if (certificate === undefined) return undefined;
  if (key === undefined || ca === undefined || user === undefined || passwordFile === undefined)
    throw new TypeError('--certificate needs --key, --ca, --user and --password-file');
  return {
    certificate: readFileSync(certificate, 'utf8'),
    key: readFileSync(key, 'utf8'),
    ca: readFileSync(ca, 'utf8'),
    user,
    password: readFileSync(passwordFile, 'utf8').trim(),
  };
}

/**
 * Lets a request in by the password in one of the three places where ClickHouse looks for it, or by
 * a certificate that is for the user.
 *
 * @throws ClickHouseException AUTHENTICATION_FAILED
 */
export function requireAccess(access: Access, request: IncomingMessage, url: URL): void {
  const { headers, socket } = request;
  const user = headers['x-clickhouse-user'];
  if (headers['x-clickhouse-ssl-certificate-auth'] === 'on') {
    const isTrusted = socket instanceof TLSSocket && socket.authorized;
    if (isTrusted && user === access.user && socket.getPeerCertificate().subject.CN === user) return;
  } else {
    const [name, password] =
      basic(headers.authorization) ??
      (user === undefined
        ? [url.searchParams.get('user') ?? 'default', url.searchParams.get('password') ?? '']
        : [user, headers['x-clickhouse-key'] ?? '']);
    if (isSame(String(name), access.user) && isSame(String(password), access.password)) return;
  }
  throw new ClickHouseException(
    'AUTHENTICATION_FAILED',
    'Authentication failed: password is incorrect, or there is no user with such name.',
  );
}

function basic(header: string | undefined): readonly [name: string, password: string] | undefined {
  const [, encoded] = /^Basic (.+)$/i.exec(header ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
}

function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
