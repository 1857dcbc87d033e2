import { createHash, randomBytes } from 'node:crypto';
import type { AccessTokenKind } from '@driftloop/schemas';

/** Said before the secret, so that a text that lies around is known for what it is. */
const PREFIXES: Readonly<Record<AccessTokenKind, string>> = {
  token: 'dl_',
  session: 'dls_',
  code: 'dlc_',
};
const SECRET_BYTES = 32;
const ID_BYTES = 6;

/** A new secret of 256 bits with its prefix, the hash by which it is known, and an id beside it. */
export function newSecret(kind: AccessTokenKind): { tokenId: string; secret: string; sha256: string } {
  const secret = `${PREFIXES[kind]}${randomBytes(SECRET_BYTES).toString('base64url')}`;
  return { tokenId: `${kind}-${randomBytes(ID_BYTES).toString('hex')}`, secret, sha256: sha256Of(secret) };
}

/**
 * SHA-256, hex. No slow hash: a secret of 256 random bits is not guessed, and every call is checked
 * by it.
 */
export function sha256Of(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
