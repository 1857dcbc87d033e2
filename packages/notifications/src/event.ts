import type { NotificationEvent } from '@driftloop/schemas';

/** A record of notification.events; what is left out is empty. */
export function notificationEvent(
  given: Pick<NotificationEvent, 'kind' | 'rule' | 'at'> & Partial<NotificationEvent>,
): NotificationEvent {
  return {
    messageId: '',
    groups: [],
    states: {},
    severity: 'info',
    models: [],
    firstAt: null,
    lastAt: null,
    title: '',
    texts: [],
    topic: '',
    partition: -1,
    fromOffset: -1,
    toOffset: -1,
    through: -1,
    attempt: 0,
    outcome: 'pending',
    reason: '',
    nextAt: null,
    ...given,
  };
}
