import type { Bus } from '@driftloop/bus';
import { DriftloopError } from '@driftloop/errors';
import type { NotificationEvent } from '@driftloop/schemas';

/** How long the notifier may take, ms: a look each second, and one attempt. */
const PATIENCE_MS = 30_000;

/**
 * Asks for a message and waits for what came of it.
 *
 * @param ask asks for it. @returns its id
 * @throws DriftloopError NOT_FOUND where no notifier takes it, NOTIFICATION_UNDELIVERED with the
 *   reason where the receiver did not take it
 */
export async function awaitAttempt(
  bus: Pick<Bus, 'follow'>,
  ask: () => Promise<string>,
): Promise<{ readonly messageId: string; readonly outcome: string }> {
  const attempts = new Map<string, NotificationEvent>();
  let news = createNews();
  const follower = await bus.follow(
    'notification.events',
    (records) => {
      for (const { value } of records) if (value.kind === 'attempted') attempts.set(value.messageId, value);
      news.resolve();
    },
    { fromBeginning: false, onCrash: (error) => news.reject(error) },
  );
  const late = setTimeout(
    () =>
      news.reject(
        new DriftloopError(
          'NOT_FOUND',
          `No notifier has taken it within ${PATIENCE_MS / 1_000} s: \`driftloop status\` says whether it runs. It is sent once one does.`,
        ),
      ),
    PATIENCE_MS,
  );
  try {
    const messageId = await ask();
    for (;;) {
      const attempt = attempts.get(messageId);
      if (attempt?.outcome === 'sent') return { messageId, outcome: attempt.outcome };
      if (attempt)
        throw new DriftloopError('NOTIFICATION_UNDELIVERED', `It was not delivered: ${attempt.reason}`);
      await news.promise;
      news = createNews();
    }
  } finally {
    clearTimeout(late);
    await follower.close();
  }
}

/** It may be rejected while nobody waits for it. */
function createNews() {
  const news = Promise.withResolvers<void>();
  news.promise.catch(() => undefined);
  return news;
}
