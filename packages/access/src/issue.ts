import type { TypedProducer } from '@driftloop/bus';
import type { AccessRole, AccessToken, AccessTokenKind } from '@driftloop/schemas';
import { newSecret } from './secrets.ts';

/** What is asked for. */
export interface NewToken {
  readonly kind: AccessTokenKind;
  /** Who is to call by it. */
  readonly name: string;
  readonly role: AccessRole;
  /** null for all. */
  readonly models: readonly string[] | null;
  /** Who makes it. */
  readonly createdBy: string;
  /** Epoch ms; null for never. */
  readonly expiresAt: number | null;
  /** Of a session. */
  readonly parentId?: string;
}

/** What tokens are written with. */
interface Writing {
  readonly producer: Pick<TypedProducer, 'send'>;
  /** Wall clock, epoch ms. */
  now(): number;
}

/**
 * Makes one. Resolves once Kafka has it; the secret is told here and nowhere else.
 */
export async function issueToken(
  { producer, now }: Writing,
  asked: NewToken,
): Promise<{ readonly token: AccessToken; readonly secret: string }> {
  const { kind, name, role, models, createdBy, expiresAt, parentId = null } = asked;
  const { tokenId, secret, sha256 } = newSecret(kind);
  const token: AccessToken = {
    tokenId,
    kind,
    name,
    sha256,
    role,
    models: models === null ? null : [...models],
    parentId,
    createdAt: now(),
    createdBy,
    expiresAt,
    endedAt: null,
    endedBy: '',
  };
  await producer.send('access.tokens', [{ key: tokenId, value: token }]);
  return { token, secret };
}

/** Ends one, for good: a revocation, a logout, the use of a code. */
export async function endToken(
  { producer, now }: Writing,
  token: AccessToken,
  endedBy: string,
): Promise<AccessToken> {
  const ended: AccessToken = { ...token, endedAt: now(), endedBy };
  await producer.send('access.tokens', [{ key: token.tokenId, value: ended }]);
  return ended;
}
