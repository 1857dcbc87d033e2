import { isoTime } from '@driftloop/notifications';
import type { NotificationEvent } from '@driftloop/schemas';

const MOST_SUMMARY = 1_024;
const MOST_KEY = 255;

/**
 * An event in the form of PagerDuty's Events API v2. All of one group is one incident; that a model
 * is stable again ends it. The same event sent twice changes nothing.
 * https://developer.pagerduty.com/docs/events-api-v2-overview
 */
export function pagerdutyEvent(message: NotificationEvent, routingKey: string): string {
  const { messageId, rule, groups, states, title, severity, models, texts, at } = message;
  const [group] = groups;
  const isOver = Object.keys(states).every((state) => state === 'stable');
  // Of several groups it is one of its own.
  const key = groups.length === 1 && group !== 'test' ? `driftloop/${rule}/${group}` : messageId;
  return JSON.stringify({
    routing_key: routingKey,
    event_action: isOver ? 'resolve' : 'trigger',
    dedup_key: key.length > MOST_KEY ? messageId : key,
    client: 'driftloop',
    payload: {
      summary: title.slice(0, MOST_SUMMARY).toWellFormed(),
      source: 'driftloop',
      severity,
      timestamp: isoTime(at),
      component: models.join(', ').slice(0, MOST_KEY).toWellFormed(),
      group: rule,
      class: Object.keys(states).join(', '),
      custom_details: { texts, messageId },
    },
  });
}
