import { DriftloopError } from '@driftloop/errors';
import type { NotificationEvent, NotificationRule } from '@driftloop/schemas';
import { mailOf } from '../messages/email.ts';
import { pagerdutyEvent } from '../messages/pagerduty.ts';
import { slackMessage } from '../messages/slack.ts';
import { webhookMessage } from '../messages/webhook.ts';
import type { Delivery } from '../plan/attempts.ts';
import type { Mailer } from './mailer.ts';
import type { Poster } from './post.ts';
import type { Secrets } from './secrets.ts';

/** What messages are delivered with. */
export interface DeliveryParts {
  readonly poster: Pick<Poster, 'post'>;
  readonly mailer: Mailer;
  readonly secrets: Secrets;
  readonly pagerdutyUrl: string;
  /** Wall clock, epoch ms. */
  now(): number;
}

/** Tries once to deliver a message as its rule says. @param rule undefined where it was removed */
export async function deliver(
  message: NotificationEvent,
  rule: NotificationRule | undefined,
  parts: DeliveryParts,
): Promise<Delivery> {
  if (rule === undefined) return { ok: false, error: 'The rule was removed', isRetriable: false };
  try {
    return await send(message, rule, parts);
  } catch (error) {
    // A secret that is missing or wrong: somebody may mend it in time.
    if (!(error instanceof DriftloopError)) throw error;
    return { ok: false, error: error.message, isRetriable: true };
  }
}

async function send(
  message: NotificationEvent,
  { channel, to, secret: name }: NotificationRule,
  { poster, mailer, secrets, pagerdutyUrl, now }: DeliveryParts,
): Promise<Delivery> {
  if (channel === 'email') return mailer.send(mailOf(message), to);
  const secret = secrets.read(name);
  switch (channel) {
    case 'webhook': {
      const signed = webhookMessage(message, secret, now());
      return poster.post({ url: to[0] ?? '', ...signed, hidden: [secret] });
    }
    case 'slack':
      if (!/^https?:\/\//.test(secret) || !URL.canParse(secret))
        throw new DriftloopError('CONFIG_INVALID', `The secret '${name}' is no URL of a Slack webhook.`);
      return poster.post({
        url: secret,
        body: slackMessage(message),
        hidden: [secret, new URL(secret).pathname],
      });
    case 'pagerduty':
      return poster.post({ url: pagerdutyUrl, body: pagerdutyEvent(message, secret), hidden: [secret] });
  }
}
