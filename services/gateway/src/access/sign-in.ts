import { endToken, type FollowedTokens, issueToken, isValidAt, sha256Of } from '@driftloop/access';
import type { TypedProducer } from '@driftloop/bus';
import { DriftloopError } from '@driftloop/errors';
import type { AccessRole, AccessToken } from '@driftloop/schemas';
import { type Identity, ROOT } from './identity.ts';
import { type Doors, rootId } from './recognise.ts';

/** A session lasts so long at most, ms: a working day. */
const SESSION_MS = 12 * 3_600_000;

/** What sessions are made with. */
export interface SignInParts extends Pick<Doors, 'token'> {
  readonly tokens: FollowedTokens;
  readonly producer: Pick<TypedProducer, 'send'>;
  /** Wall clock, epoch ms. */
  now(): number;
}

/** A session that has begun. */
export interface SignedIn {
  /** For the cookie. */
  readonly secret: string;
  readonly caller: Identity;
  /** Epoch ms. */
  readonly expiresAt: number;
}

/** Whoever may have a session. */
export interface Person {
  readonly name: string;
  readonly role: AccessRole;
  readonly models: readonly string[] | null;
  /** What the session ends with; undefined for nothing. */
  readonly parentId?: string;
  /** Epoch ms. */
  readonly expiresAt: number | null;
}

/**
 * A session for the code of a login link, which is used by it: of two who come with the same, the
 * first in the log gets in.
 *
 * @throws DriftloopError UNAUTHORIZED
 */
export async function signInByCode(code: string, parts: SignInParts): Promise<SignedIn> {
  const { tokens, now } = parts;
  // `up` may have written it a moment ago.
  await tokens.sync();
  const found = tokens.find(sha256Of(code));
  if (found?.kind !== 'code' || !isValidAt(found, now(), tokens.byId)) throw spent();
  const { name, role, models, tokenId: parentId } = found;
  const signedIn = await beginSession({ name, role, models, parentId, expiresAt: null }, parts);
  await endToken(parts, found, signedIn.caller.tokenId);
  await tokens.sync();
  if (tokens.byId(parentId)?.endedBy !== signedIn.caller.tokenId) throw spent();
  return signedIn;
}

/**
 * A session for whoever has an API token, or GATEWAY_TOKEN. It ends with the token.
 *
 * @throws DriftloopError UNAUTHORIZED
 */
export async function signInByToken(secret: string, parts: SignInParts): Promise<SignedIn> {
  const { token, tokens, now } = parts;
  if (token && sha256Of(secret) === sha256Of(token))
    return begun({ ...ROOT, parentId: rootId(token), expiresAt: null }, parts);
  await tokens.sync();
  const found = tokens.find(sha256Of(secret));
  if (found?.kind !== 'token' || !isValidAt(found, now(), tokens.byId))
    throw new DriftloopError('UNAUTHORIZED', 'The token is not known here, or not valid any more.');
  const { name, role, models, tokenId: parentId, expiresAt } = found;
  return begun({ name, role, models, parentId, expiresAt }, parts);
}

/** A session for a person, once it is known to this gateway. */
export async function begun(person: Person, parts: SignInParts): Promise<SignedIn> {
  const signedIn = await beginSession(person, parts);
  await parts.tokens.sync();
  return signedIn;
}

async function beginSession(
  { name, role, models, parentId, expiresAt: latest }: Person,
  parts: SignInParts,
): Promise<SignedIn> {
  const expiresAt = Math.min(parts.now() + SESSION_MS, latest ?? Number.POSITIVE_INFINITY);
  const { token, secret } = await issueToken(parts, {
    kind: 'session',
    name,
    role,
    models,
    createdBy: name,
    expiresAt,
    ...(parentId === undefined ? {} : { parentId }),
  });
  return { secret, expiresAt, caller: callerOf(token) };
}

function callerOf({ name, role, models, tokenId, expiresAt }: AccessToken): Identity {
  return { name, role, models, via: 'session', tokenId, expiresAt };
}

function spent(): DriftloopError {
  return new DriftloopError(
    'UNAUTHORIZED',
    'The login link is not known, was used before or is older than ten minutes: `npm run driftloop -- login` prints another.',
  );
}
