import type { Bus, Follower } from '@driftloop/bus';
import { DriftloopError } from '@driftloop/errors';
import { createFoldedTokens, type FoldedTokens } from './fold-tokens.ts';

/** Tokens, folded from Kafka and kept up to date. */
export interface FollowedTokens extends Pick<FoldedTokens, 'find' | 'byId' | 'all' | 'hasTokens'> {
  /** When a token was last used, about, by any gateway: epoch ms. */
  usedAt(tokenId: string): number | undefined;
  /**
   * Resolves once everything has been folded that was on the topic when it was called.
   *
   * @throws DriftloopError KAFKA_UNAVAILABLE (retriable) where it does not come
   */
  sync(): Promise<void>;
  health(): { readonly ok: boolean; readonly reason?: string };
  close(): Promise<void>;
}

/** How long a record may take to come, ms. */
const PATIENCE_MS = 15_000;

/** Follows access.tokens and access.uses from their start; resolves once all of it is folded. */
export async function followTokens(
  bus: Pick<Bus, 'follow' | 'tail'>,
  onCrash?: (error: unknown) => void,
): Promise<FollowedTokens> {
  const folded = createFoldedTokens();
  const uses = new Map<string, number>();
  const waiting = new Set<() => void>();
  let next = 0;
  const options = onCrash === undefined ? {} : { onCrash };
  const followers: Follower[] = [];
  const close = async () => {
    await Promise.all(followers.splice(0).map((follower) => follower.close()));
  };
  try {
    followers.push(
      await bus.follow(
        'access.tokens',
        (records) => {
          for (const { value, offset } of records) {
            folded.fold(value);
            next = offset + 1;
          }
          for (const look of [...waiting]) look();
        },
        options,
      ),
      await bus.follow(
        'access.uses',
        (records) => {
          for (const { value } of records)
            uses.set(value.tokenId, Math.max(value.at, uses.get(value.tokenId) ?? 0));
        },
        options,
      ),
    );
  } catch (error) {
    await close();
    throw error;
  }
  return {
    find: folded.find,
    byId: folded.byId,
    all: folded.all,
    hasTokens: folded.hasTokens,
    usedAt: (tokenId) => uses.get(tokenId),
    async sync() {
      const [last] = await bus.tail('access.tokens', 0, 1);
      if (last === undefined || next > last.offset) return;
      await new Promise<void>((resolve, reject) => {
        const late = setTimeout(() => {
          waiting.delete(look);
          reject(
            new DriftloopError('KAFKA_UNAVAILABLE', `access.tokens did not come within ${PATIENCE_MS} ms.`),
          );
        }, PATIENCE_MS);
        const look = () => {
          if (next <= last.offset) return;
          clearTimeout(late);
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      });
    },
    health: () => followers.map((follower) => follower.health()).find(({ ok }) => !ok) ?? { ok: true },
    close,
  };
}

/** Tokens as they are now, read once. */
export async function readTokens(
  bus: Pick<Bus, 'slice'>,
): Promise<Pick<FollowedTokens, 'all' | 'byId' | 'usedAt'>> {
  const folded = createFoldedTokens();
  const uses = new Map<string, number>();
  for await (const records of bus.slice('access.tokens', { by: 'offset' }))
    for (const { value } of records) folded.fold(value);
  for await (const records of bus.slice('access.uses', { by: 'offset' }))
    for (const { value } of records) uses.set(value.tokenId, value.at);
  return { all: folded.all, byId: folded.byId, usedAt: (tokenId) => uses.get(tokenId) };
}
