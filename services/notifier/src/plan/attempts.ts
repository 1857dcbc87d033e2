import { notificationEvent } from '@driftloop/notifications';
import type { NotificationEvent } from '@driftloop/schemas';
import { isTest, type OpenMessage, type Plan } from './plan.ts';

/** What came of one attempt. */
export type Delivery =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** For a person, without a secret. */
      readonly error: string;
      /** Whether it may succeed later. */
      readonly isRetriable: boolean;
      /** The receiver asks to be left alone for so long. */
      readonly retryAfterMs?: number;
    };

/** Together about two and a half hours. */
const MOST_ATTEMPTS = 12;
const FIRST_PAUSE_MS = 10_000;
const LONGEST_PAUSE_MS = 1_800_000;
const LONGEST_ASKED_MS = 3_600_000;
/** Messages that are tried at the same time. */
const MOST_AT_ONCE = 20;

/** The messages whose time has come, the oldest first. */
export function dueMessages({ rules }: Plan, now: number): OpenMessage[] {
  return [...rules.values()]
    .flatMap(({ open }) => [...open.values()])
    .filter(({ nextAt }) => nextAt <= now)
    .sort((a, b) => a.message.at - b.message.at)
    .slice(0, MOST_AT_ONCE);
}

/**
 * What is written down of an attempt: a failure that may pass is tried again later, each time after
 * twice as long, up to twelve times; a test at once or never. Pure.
 *
 * @param now wall clock after it, epoch ms
 */
export function attemptEvent(
  { message, attempt: before }: OpenMessage,
  delivery: Delivery,
  now: number,
): NotificationEvent {
  const attempt = before + 1;
  const { rule, messageId, groups } = message;
  const what = { kind: 'attempted', rule, messageId, groups, at: now, attempt } as const;
  if (delivery.ok) return notificationEvent({ ...what, outcome: 'sent' });
  const { error, isRetriable, retryAfterMs = 0 } = delivery;
  if (!isRetriable || isTest(message) || attempt >= MOST_ATTEMPTS)
    return notificationEvent({ ...what, outcome: 'gaveUp', reason: error });
  const pauseMs = Math.max(pauseAfter(attempt), Math.min(retryAfterMs, LONGEST_ASKED_MS));
  return notificationEvent({ ...what, outcome: 'failed', reason: error, nextAt: now + pauseMs });
}

/** @param attempt that failed, from 1 */
export function pauseAfter(attempt: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
}
