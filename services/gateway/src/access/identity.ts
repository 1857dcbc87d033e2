import type { AccessRole, AuditVia } from '@driftloop/schemas';

/** Who calls, and what they may do. */
export interface Identity {
  /** Name of the token, or of whoever has logged in. */
  readonly name: string;
  readonly role: AccessRole;
  /** Models that it is for; null for all. */
  readonly models: readonly string[] | null;
  /** How they were known. */
  readonly via: Exclude<AuditVia, 'cli'>;
  /** Of the token or session; empty for none. */
  readonly tokenId: string;
  /** Epoch ms; null for never. */
  readonly expiresAt: number | null;
}

/** Least role of a route; `anyone` needs no caller to be known. */
export type LeastRole = AccessRole | 'anyone';

/** Whoever has GATEWAY_TOKEN. */
export const ROOT: Identity = {
  name: 'root',
  role: 'admin',
  models: null,
  via: 'root',
  tokenId: '',
  expiresAt: null,
};

/** Whoever calls where no token is needed. */
export const EVERYBODY: Identity = { ...ROOT, name: 'everybody', via: 'everybody' };

/** Whoever reads without a token, where that is allowed. */
export const ANONYMOUS: Identity = { ...ROOT, name: 'anonymous', role: 'viewer', via: 'anonymous' };

/**
 * Who stands in the history of a model. Those who are known by name do; of others it is what they
 * say.
 */
export function actorOf(caller: Identity | undefined, said: string | undefined): string {
  if (caller !== undefined && (caller.via === 'token' || caller.via === 'session')) return caller.name;
  return said ?? 'gateway';
}
