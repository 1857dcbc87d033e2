import type { Clock } from '@driftloop/service';

/**
 * One look serves all that ask at about the same time.
 *
 * @param freshMs how long it does
 */
export function shareLook<T>(
  look: () => Promise<T>,
  freshMs: number,
  clock: Pick<Clock, 'monotonicMs'>,
): () => Promise<T> {
  let seen: Promise<T> | undefined;
  let seenAt = Number.NEGATIVE_INFINITY;
  return () => {
    const now = clock.monotonicMs();
    if (!seen || now - seenAt > freshMs) {
      seenAt = now;
      seen = look();
      // Whoever asks is told; with nobody there it is no error of the process.
      seen.catch(() => undefined);
    }
    return seen;
  };
}
