import { LATE_GROUP, NOTIFIED_STATES } from '@driftloop/notifications';
import type { NotificationEvent } from '@driftloop/schemas';
import { isTest } from './plan.ts';

const MOST_NAMED = 3;
const MOST_TITLE = 150;

/** What a message says in one line. Pure. */
export function titleOf(
  event: Pick<NotificationEvent, 'states' | 'models' | 'groups' | 'texts' | 'rule'>,
): string {
  if (isTest(event)) return `Test of the notification rule '${event.rule}'`;
  const states = Object.entries(event.states);
  const total = states.reduce((sum, [, count]) => sum + count, 0);
  const about = aboutOf(event.models);
  const late = event.groups.includes(LATE_GROUP) ? 'Missed for a while: ' : '';
  const [only] = states;
  if (total === 1 && only) return cut(`${late}${about}${wordsOf(only[0])}`);
  const counted = states.map(([state, count]) => `${count} × ${wordsOf(state)}`).join(', ');
  return cut(`${late}${about}${counted}`);
}

function aboutOf(models: readonly string[]): string {
  if (models.length === 0) return '';
  const named = models.slice(0, MOST_NAMED).join(', ');
  return `${named}${models.length > MOST_NAMED ? ` and ${models.length - MOST_NAMED} more` : ''}: `;
}

function wordsOf(state: string): string {
  if (state === 'deadLetter') return 'record that could not be handled';
  return Object.entries(NOTIFIED_STATES).find(([name]) => name === state)?.[1].words ?? state;
}

function cut(text: string): string {
  return (text.length > MOST_TITLE ? `${text.slice(0, MOST_TITLE)}…` : text).toWellFormed();
}
