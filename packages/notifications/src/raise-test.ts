import { randomUUID } from 'node:crypto';
import type { TypedProducer } from '@driftloop/bus';
import { notificationEvent } from './event.ts';
import { TEST_GROUP } from './groups.ts';

/**
 * Has the notifier send a message by a rule now, whatever else holds.
 *
 * @param asked.by who asks; stands in the message
 * @param asked.at wall clock, epoch ms
 * @returns id of the message; what becomes of it stands in the delivery log
 */
export async function raiseTest(
  producer: Pick<TypedProducer, 'send'>,
  asked: { readonly rule: string; readonly by: string; readonly at: number },
): Promise<string> {
  const { rule, by, at } = asked;
  const messageId = `msg_${randomUUID().replaceAll('-', '')}`;
  const value = notificationEvent({
    kind: 'raised',
    rule,
    messageId,
    at,
    groups: [TEST_GROUP],
    states: { test: 1 },
    firstAt: at,
    lastAt: at,
    texts: [`A test of the notification rule '${rule}', asked for by ${by}. Nothing has happened.`],
  });
  await producer.send('notification.events', [{ key: rule, value }]);
  return messageId;
}
