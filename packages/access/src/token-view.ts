import type { AccessRole, AccessToken } from '@driftloop/schemas';

/** A token as it is shown: all but its hash. */
export interface TokenView {
  readonly id: string;
  readonly name: string;
  readonly role: AccessRole;
  /** null for all. */
  readonly models: readonly string[] | null;
  readonly state: 'valid' | 'expired' | 'revoked';
  readonly createdAt: number;
  readonly createdBy: string;
  /** null for never. */
  readonly expiresAt: number | null;
  /** About, to the minute; null for never. */
  readonly lastUsedAt: number | null;
  readonly revokedAt: number | null;
  readonly revokedBy: string;
}

/** @param now epoch ms. @param lastUsedAt epoch ms */
export function tokenView(token: AccessToken, now: number, lastUsedAt: number | undefined): TokenView {
  const { tokenId, name, role, models, createdAt, createdBy, expiresAt, endedAt, endedBy } = token;
  const isExpired = now >= (expiresAt ?? Number.POSITIVE_INFINITY);
  return {
    id: tokenId,
    name,
    role,
    models: models === null ? null : [...models],
    state: endedAt !== null ? 'revoked' : isExpired ? 'expired' : 'valid',
    createdAt,
    createdBy,
    expiresAt,
    lastUsedAt: lastUsedAt ?? null,
    revokedAt: endedAt,
    revokedBy: endedBy,
  };
}
