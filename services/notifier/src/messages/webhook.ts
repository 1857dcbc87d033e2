import { createHmac } from 'node:crypto';
import { DriftloopError } from '@driftloop/errors';
import { isoTime } from '@driftloop/notifications';
import type { NotificationEvent } from '@driftloop/schemas';

/** What is sent to a webhook. */
export interface SignedBody {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const PREFIX = 'whsec_';
const LEAST_KEY_BYTES = 24;
const MOST_KEY_BYTES = 64;

/**
 * A message for a webhook, signed as Standard Webhooks says, so that receivers know who sent it,
 * when, and whether they have had it (`webhook-id` is the same at each attempt).
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 *
 * @param secret `whsec_` and the key, base64
 * @param now time of the attempt, epoch ms
 * @throws DriftloopError CONFIG_INVALID where the secret is none
 */
export function webhookMessage(message: NotificationEvent, secret: string, now: number): SignedBody {
  const { messageId, rule, title, severity, models, states, texts, groups, at, firstAt, lastAt } = message;
  const body = JSON.stringify({
    type: 'driftloop.notification',
    timestamp: isoTime(at),
    data: {
      id: messageId,
      rule,
      title,
      severity,
      models,
      states,
      texts,
      groups,
      firstAt: isoTime(firstAt ?? at),
      lastAt: isoTime(lastAt ?? at),
    },
  });
  const seconds = String(Math.floor(now / 1_000));
  const signed = createHmac('sha256', keyOf(secret)).update(`${messageId}.${seconds}.${body}`);
  return {
    headers: {
      'content-type': 'application/json',
      'webhook-id': messageId,
      'webhook-timestamp': seconds,
      'webhook-signature': `v1,${signed.digest('base64')}`,
    },
    body,
  };
}

function keyOf(secret: string): Buffer {
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  if (secret.startsWith(PREFIX) && key.length >= LEAST_KEY_BYTES && key.length <= MOST_KEY_BYTES) return key;
  throw new DriftloopError(
    'CONFIG_INVALID',
    `The signing key of a webhook is ${PREFIX} and ${LEAST_KEY_BYTES} to ${MOST_KEY_BYTES} bytes in base64: make one with \`echo ${PREFIX}$(openssl rand -base64 32)\`.`,
  );
}
