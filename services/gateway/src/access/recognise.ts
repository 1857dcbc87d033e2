import { timingSafeEqual } from 'node:crypto';
import { type FollowedTokens, isValidAt, sha256Of } from '@driftloop/access';
import { DriftloopError } from '@driftloop/errors';
import type { AccessToken } from '@driftloop/schemas';
import { isLoopback } from '@driftloop/service';
import { ANONYMOUS, EVERYBODY, type Identity, ROOT } from './identity.ts';

/** Whom the gateway lets in without knowing them. */
export interface Doors {
  /**
   * GATEWAY_TOKEN: whoever has it is an admin. Where it is empty everybody is, until the first API
   * token is made; where it is undefined nobody may do anything without an API token.
   */
  readonly token: string | undefined;
  /** Everybody stays an admin, also once API tokens are made, and from whatever address. */
  readonly isOpen?: boolean;
  /**
   * What callers may do who say nothing of themselves, where not everybody is an admin: read, read
   * from this machine, or nothing.
   */
  readonly anonymous?: 'viewer' | 'here' | 'nobody';
}

/** What a call says of itself. */
export interface Credentials {
  readonly authorization?: string | undefined;
  /** The session's cookie. */
  readonly cookie?: string | undefined;
  /** The header `Host`, where there is one. */
  readonly host?: string | undefined;
  /** A proxy says that it has it from somebody else. */
  readonly isForwarded?: boolean;
}

/** What callers are known by. */
export interface RecognitionParts extends Doors {
  readonly tokens: Pick<FollowedTokens, 'find' | 'byId' | 'hasTokens'>;
  /** Wall clock, epoch ms. */
  now(): number;
}

/** What stands for GATEWAY_TOKEN as the parent of a session: another one, once it has changed. */
export function rootId(token: string): string {
  return `root-${sha256Of(token).slice(0, 16)}`;
}

/**
 * Makes what tells who calls.
 *
 * @returns a function that answers undefined for somebody unknown, and throws UNAUTHORIZED where a
 *   call has a token or a session that is not valid (any more)
 */
export function createRecognition(parts: RecognitionParts): (given: Credentials) => Identity | undefined {
  const { token, isOpen = false, anonymous = 'viewer', tokens, now } = parts;
  const expected = token ? Buffer.from(token) : undefined;
  const isRoot = (secret: string) => {
    const given = Buffer.from(secret);
    return expected !== undefined && given.length === expected.length && timingSafeEqual(given, expected);
  };
  const parentOf = parentsOf(parts);
  const valid = (secret: string, kind: AccessToken['kind']): AccessToken => {
    const found = tokens.find(sha256Of(secret));
    if (found?.kind !== kind) throw unauthorized(`The ${kind} is not known here.`);
    if (found.endedAt !== null) throw unauthorized(`The ${kind} '${found.name}' was ended.`);
    if (!isValidAt(found, now(), parentOf)) throw unauthorized(`The ${kind} '${found.name}' has expired.`);
    return found;
  };
  return ({ authorization, cookie, host, isForwarded = false }) => {
    const isFromHere = !isForwarded && isOwnHost(host);
    const isEverybodys = token === '' && (isOpen || !tokens.hasTokens());
    if (authorization !== undefined && !isEverybodys) {
      if (token === undefined && !tokens.hasTokens()) throw unknownCaller(parts);
      const [, secret = ''] = /^Bearer (.+)$/.exec(authorization) ?? [];
      if (secret === '') throw unauthorized('The header Authorization is no `Bearer <token>`.');
      return isRoot(secret) ? ROOT : identityOf(valid(secret, 'token'), 'token');
    }
    if (cookie !== undefined && cookie !== '') return identityOf(valid(cookie, 'session'), 'session');
    if (isEverybodys) return isOpen || isFromHere ? EVERYBODY : undefined;
    return anonymous === 'viewer' || (anonymous === 'here' && isFromHere) ? ANONYMOUS : undefined;
  };
}

/** Makes what tells whether somebody who was recognised a while ago still would be. */
export function createStillValid(parts: RecognitionParts): (caller: Identity) => boolean {
  const { token, isOpen = false, tokens, now } = parts;
  const parentOf = parentsOf(parts);
  return ({ via, tokenId }) => {
    if (via === 'everybody') return token === '' && (isOpen || !tokens.hasTokens());
    if (via !== 'token' && via !== 'session') return true;
    const found = tokens.byId(tokenId);
    return found !== undefined && isValidAt(found, now(), parentOf);
  };
}

function parentsOf({ token, tokens }: Pick<RecognitionParts, 'token' | 'tokens'>) {
  return (id: string) => (token && id === rootId(token) ? rootAsParent(id) : tokens.byId(id));
}

/** The error for a call by somebody unknown who would have to be known. */
export function unknownCaller(
  { token, isOpen = false }: Doors,
  { host, isForwarded = false }: Pick<Credentials, 'host' | 'isForwarded'> = {},
): DriftloopError {
  if (token === undefined)
    return new DriftloopError(
      'UNAUTHORIZED',
      'This gateway has no token and listens beyond its own machine, so nobody may do this without an API token: make one (`driftloop tokens create`), or set GATEWAY_TOKEN (or GATEWAY_TOKEN_FILE), or GATEWAY_OPEN=true to let everybody.',
    );
  if (token === '' && !isOpen && (isForwarded || !isOwnHost(host)))
    return unauthorized(
      `Without a token calls must be from this machine and for it, not ${isForwarded ? 'through a proxy' : `for '${host}'`}.`,
    );
  return unauthorized('Nobody is logged in.');
}

function unauthorized(what: string): DriftloopError {
  return new DriftloopError(
    'UNAUTHORIZED',
    `${what} This call needs the header \`Authorization: Bearer <token>\` (an API token, or GATEWAY_TOKEN), or a login.`,
  );
}

/**
 * A web page of elsewhere whose name leads to this machine (DNS rebinding) calls under its own
 * name.
 */
function isOwnHost(host: string | undefined): boolean {
  return host === undefined || isLoopback(host.replace(/:\d+$/, '').replace(/^\[|\]$/g, ''));
}

function identityOf(found: AccessToken, via: 'token' | 'session'): Identity {
  const { name, role, models, tokenId, expiresAt } = found;
  return { name, role, models, via, tokenId, expiresAt };
}

/** GATEWAY_TOKEN holds as long as it is set. */
function rootAsParent(tokenId: string): AccessToken {
  return {
    tokenId,
    kind: 'token',
    name: ROOT.name,
    sha256: '',
    role: 'admin',
    models: null,
    parentId: null,
    createdAt: 0,
    createdBy: '',
    expiresAt: null,
    endedAt: null,
    endedBy: '',
  };
}
