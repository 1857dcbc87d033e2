import type { AccessToken } from '@driftloop/schemas';

/** What the records of access.tokens add up to. */
export interface FoldedTokens {
  /** By the hash of its secret, whether it is valid or not. */
  find(sha256: string): AccessToken | undefined;
  byId(tokenId: string): AccessToken | undefined;
  /** All, oldest first. */
  all(): readonly AccessToken[];
  /** Whether an API token was ever made, also one that is valid no more. */
  hasTokens(): boolean;
  /** Takes the next record. */
  fold(token: AccessToken): void;
}

/** Nothing is known yet. */
export function createFoldedTokens(): FoldedTokens {
  const byId = new Map<string, AccessToken>();
  const idOf = new Map<string, string>();
  let hasTokens = false;
  return {
    find: (sha256) => byId.get(idOf.get(sha256) ?? ''),
    byId: (tokenId) => byId.get(tokenId),
    all: () => [...byId.values()].sort((a, b) => a.createdAt - b.createdAt),
    hasTokens: () => hasTokens,
    fold(token) {
      hasTokens ||= token.kind === 'token';
      byId.set(token.tokenId, nextOf(byId.get(token.tokenId), token));
      idOf.set(token.sha256, token.tokenId);
    },
  };
}

/**
 * What holds of a token after another record of it: the newest, but what has ended stays ended, by
 * the first who ended it. So a login code is used once, by whoever comes first in the log, and no
 * late writer brings back what was revoked. Pure.
 */
function nextOf(known: AccessToken | undefined, next: AccessToken): AccessToken {
  return known === undefined || known.endedAt === null ? next : known;
}

/** Whether it is good at a time, epoch ms; a session only while what it was begun with is. */
export function isValidAt(token: AccessToken, now: number, parentOf: FoldedTokens['byId']): boolean {
  if (token.endedAt !== null || now >= (token.expiresAt ?? Number.POSITIVE_INFINITY)) return false;
  if (token.kind !== 'session' || token.parentId === null) return true;
  const parent = parentOf(token.parentId);
  // A code has ended by beginning the session; what else a session comes of must still be valid.
  if (parent === undefined) return false;
  return parent.kind === 'code' ? parent.endedBy === token.tokenId : isValidAt(parent, now, parentOf);
}
