import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DriftloopError } from '@driftloop/errors';
import { PART_NAMES } from '../part-name.ts';

/** The user of all parts, who may do everything. */
export const USER = 'driftloop';

/** The common name of the certificate by which the parts are known. */
export const PART_NAME = 'parts';

/**
 * Files with TLS material and passwords of the parts of a data folder; only its user can read them.
 */
export interface SecureFolder {
  readonly path: string;
  /** What clients trust. */
  readonly ca: string;
  /** Certificate and key of the parts, one after the other in one file, as Kafka takes them. */
  readonly partBundle: string;
  readonly partCert: string;
  readonly partKey: string;
  /** Certificate and key of the user. */
  readonly userCert: string;
  readonly userKey: string;
  /** File with the password of a user: one of Kafka, or `driftloop` of the other parts. */
  passwordFile(part: 'kafka' | 'registry' | 'clickhouse', user?: string): string;
  /** Users of Kafka, `driftloop` first. */
  readonly kafkaUsers: readonly string[];
}

/** What a stack with TLS and passwords has beside the usual. */
export interface SecureOptions {
  /** Users of Kafka beside `driftloop`, who may do nothing until an ACL allows it. */
  readonly kafkaUsers?: readonly string[];
  /** Takes tokens (OAUTHBEARER) that are signed by a key of this set (JWKS), for this audience. */
  readonly oauth?: { readonly jwks: string; readonly audience: string };
}

const FOLDER = 'secure';
const USERS = 'kafka-users.json';
const OWNER_ONLY = 0o600;

/** The secure folder of a data folder; undefined where its parts speak in the clear. */
export function readSecureFolder(dataDir: string): SecureFolder | undefined {
  const path = join(dataDir, FOLDER);
  return existsSync(join(path, USERS)) ? filesOf(path) : undefined;
}

/**
 * Finds the secure folder of a data folder, or makes one: an authority that signs these
 * certificates and is forgotten, and a password for each user.
 *
 * @throws DriftloopError LOCAL_START_FAILED where the data folder holds what parts without TLS
 *   wrote
 */
export async function makeSecureFolder(dataDir: string, options: SecureOptions): Promise<SecureFolder> {
  const known = readSecureFolder(dataDir);
  if (known !== undefined) return known;
  const open = PART_NAMES.find((name) => existsSync(join(dataDir, name)));
  if (open !== undefined) {
    throw new DriftloopError(
      'LOCAL_START_FAILED',
      `${dataDir} holds data of a ${open} without TLS and passwords: name another folder, or remove it.`,
    );
  }
  const path = join(dataDir, FOLDER);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(dataDir, 0o700);
  // It takes a while to load, and most starts are without it.
  const { createAuthority } = await import('./certificates.ts');
  const authority = await createAuthority('driftloop local');
  const parts = await authority.issue({ name: PART_NAME });
  const user = await authority.issue({ name: USER });
  const kafkaUsers = [USER, ...(options.kafkaUsers ?? [])];
  const files = filesOf(path, kafkaUsers);
  write(files.ca, authority.cert);
  write(files.partCert, parts.cert);
  write(files.partKey, parts.key);
  write(files.partBundle, `${parts.key}\n${parts.cert}`);
  write(files.userCert, user.cert);
  write(files.userKey, user.key);
  for (const name of kafkaUsers) write(files.passwordFile('kafka', name), password());
  write(files.passwordFile('registry'), password());
  write(files.passwordFile('clickhouse'), password());
  if (options.oauth !== undefined) {
    write(join(path, 'jwks.json'), options.oauth.jwks);
    write(join(path, 'oauth-audience'), options.oauth.audience);
  }
  // The last one: a folder without it is not finished, and made again.
  write(join(path, USERS), JSON.stringify(kafkaUsers));
  return files;
}

/** For whom the tokens must be that Kafka takes; undefined where it takes none. */
export function oauthAudience({ path }: SecureFolder): string | undefined {
  const file = join(path, 'oauth-audience');
  return existsSync(file) ? textOf(file) : undefined;
}

/** Text of one of the files. */
export function textOf(file: string): string {
  return readFileSync(file, 'utf8').trim();
}

function filesOf(path: string, users?: readonly string[]): SecureFolder {
  return {
    path,
    ca: join(path, 'ca.pem'),
    partBundle: join(path, 'parts.pem'),
    partCert: join(path, 'parts.cert.pem'),
    partKey: join(path, 'parts.key.pem'),
    userCert: join(path, 'driftloop.cert.pem'),
    userKey: join(path, 'driftloop.key.pem'),
    passwordFile: (part, user = USER) => join(path, `${part}.${user}.password`),
    kafkaUsers: users ?? (JSON.parse(readFileSync(join(path, USERS), 'utf8')) as string[]),
  };
}

/** Whole, and readable by nobody else at any moment. */
function write(file: string, text: string): void {
  writeFileSync(`${file}.new`, `${text.trim()}\n`, { mode: OWNER_ONLY });
  renameSync(`${file}.new`, file);
}

/** 144 bits, in characters that need no escape anywhere. */
function password(): string {
  return randomBytes(18).toString('base64url');
}
