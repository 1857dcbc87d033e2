import {
  LATE_GROUP,
  NOTIFIED_STATES,
  notificationEvent,
  type Rules,
  roleOf,
  worse,
} from '@driftloop/notifications';
import type { NotificationEvent, NotificationRule } from '@driftloop/schemas';
import type { Notice } from './notice.ts';

/** Most texts that one record carries; the rest is counted. */
const MOST_TEXTS = 20;
const MOST_TEXT = 500;

/** Where notices come from. */
export interface Source {
  readonly topic: string;
  readonly partition: number;
}

/** Whether a rule is about something. Pure. */
export function fits(rule: NotificationRule, { state, model, at }: Notice): boolean {
  if (at < rule.createdAt || !rule.states.includes(state)) return false;
  if (rule.models !== null && !rule.models.includes(model)) return false;
  const role = roleOf(state);
  return rule.roles.length === 0 || (role !== undefined && rule.roles.includes(role));
}

/**
 * What rules make of notices: one record for each rule and group, so that a flood of notices is a
 * trickle of records. Pure.
 *
 * @param now wall clock, epoch ms
 * @param lateMs what is older counts as late
 */
export function raise(
  notices: readonly Notice[],
  source: Source,
  rules: Rules,
  { now, lateMs }: { readonly now: number; readonly lateMs: number },
): NotificationEvent[] {
  return [...rules.values()].flatMap((rule) => {
    const fitting = notices.filter((notice) => fits(rule, notice));
    const groups = Map.groupBy(fitting, (notice) =>
      now - notice.at > lateMs ? LATE_GROUP : groupOf(rule, notice),
    );
    return [...groups].map(([group, some]) => raised(rule, group, some, { ...source, now }));
  });
}

function groupOf({ groupBy }: NotificationRule, { model }: Notice): string {
  return groupBy === 'rule' || model === '' ? 'rule' : `model/${model}`;
}

function raised(
  { name }: NotificationRule,
  group: string,
  notices: readonly Notice[],
  { now, topic, partition }: Source & { readonly now: number },
): NotificationEvent {
  const times = boundsOf(notices.map(({ at }) => at));
  const offsets = boundsOf(notices.map(({ offset }) => offset));
  const states: Record<string, number> = {};
  for (const { state } of notices) states[state] = (states[state] ?? 0) + 1;
  const models = new Set(notices.map(({ model }) => model).filter((model) => model !== ''));
  return notificationEvent({
    kind: 'raised',
    rule: name,
    at: now,
    groups: [group],
    states,
    severity: notices.map(({ state }) => NOTIFIED_STATES[state].severity).reduce(worse, 'info'),
    models: [...models].slice(0, 50),
    firstAt: times.least,
    lastAt: times.most,
    texts: notices.slice(-MOST_TEXTS).map(({ text }) => cut(text)),
    topic,
    partition,
    fromOffset: offsets.least,
    toOffset: offsets.most,
  });
}

/** Notices of one read may be more than a call may have arguments. */
function boundsOf(numbers: readonly number[]): { readonly least: number; readonly most: number } {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const one of numbers) {
    least = Math.min(least, one);
    most = Math.max(most, one);
  }
  return { least, most };
}

/** Half a surrogate pair is no text. */
function cut(text: string): string {
  return (text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text).toWellFormed();
}
