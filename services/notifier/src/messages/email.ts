import { isoTime } from '@driftloop/notifications';
import type { NotificationEvent } from '@driftloop/schemas';

/** A mail. */
export interface Mail {
  readonly messageId: string;
  readonly subject: string;
  readonly text: string;
}

/** A message as a mail, whose Message-ID is the same at each attempt. */
export function mailOf({ messageId, rule, title, texts, at, severity }: NotificationEvent): Mail {
  const mark = severity === 'info' ? '' : `[${severity}] `;
  return {
    messageId: `<${messageId}@driftloop>`,
    subject: `${mark}${title.replace(/\s+/g, ' ')}`,
    text: [...texts, '', `By the notification rule '${rule}' of driftloop, ${isoTime(at)}.`].join('\n'),
  };
}
