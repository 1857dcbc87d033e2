import type { FollowedTokens } from '@driftloop/access';
import type { TypedProducer } from '@driftloop/bus';
import type { FastifyBaseLogger } from 'fastify';
import type { Identity } from './identity.ts';

/** A token's use is told at most so often, ms: it is to be seen which are used, not how much. */
const TELL_EVERY_MS = 60_000;

/**
 * Makes what tells on Kafka when a token was used, so that all gateways know. A use that cannot be
 * told is none worth failing for.
 */
export function createUses({
  producer,
  tokens,
  logger,
  now,
}: {
  readonly producer: Pick<TypedProducer, 'send'>;
  readonly tokens: Pick<FollowedTokens, 'usedAt'>;
  readonly logger: Pick<FastifyBaseLogger, 'warn'> | undefined;
  now(): number;
}): (caller: Identity, remoteAddress: string) => void {
  const told = new Map<string, number>();
  return ({ tokenId }, remoteAddress) => {
    const at = now();
    const last = Math.max(told.get(tokenId) ?? 0, tokens.usedAt(tokenId) ?? 0);
    if (at - last < TELL_EVERY_MS) return;
    told.set(tokenId, at);
    producer
      .send('access.uses', [{ key: tokenId, value: { tokenId, at, remoteAddress } }])
      .catch((error: unknown) => logger?.warn({ err: error, tokenId }, 'a use of a token was not told'));
  };
}
