import { TEST_GROUP, worse } from '@driftloop/notifications';
import type { NotificationEvent } from '@driftloop/schemas';

/** Something that a rule fits and that is not told yet. */
export interface Gathered {
  /** On notification.events. */
  readonly offset: number;
  readonly event: NotificationEvent;
}

/** A message that is made and not delivered yet. */
export interface OpenMessage {
  readonly message: NotificationEvent;
  /** Attempts so far. */
  readonly attempt: number;
  /** Not before, epoch ms. */
  readonly nextAt: number;
}

/** What is known of one rule's notifications. */
export interface RulePlan {
  /** By group, oldest first. */
  readonly pending: Map<string, Gathered[]>;
  /** When each group was last told of, epoch ms. */
  readonly formedAt: Map<string, number>;
  /** When messages were made within the last hour, tests left out. */
  recent: number[];
  readonly open: Map<string, OpenMessage>;
  /** Why the last message was not delivered; undefined where it was. */
  trouble: string | undefined;
}

/** All that notification.events add up to. */
export interface Plan {
  readonly rules: Map<string, RulePlan>;
  /** Last offset that was raised, by rule, group, topic and partition. */
  readonly seen: Map<string, number>;
  /** Ids of messages that were made. */
  readonly made: Set<string>;
}

export const HOUR_MS = 3_600_000;
/** Records of a group that are kept apart; beyond, they are added up. */
const MOST_GATHERED = 500;
const MOST_TEXTS = 20;
const MOST_MODELS = 50;
const MOST_MADE = 10_000;

/** Nothing has happened yet. */
export function createPlan(): Plan {
  return { rules: new Map(), seen: new Map(), made: new Set() };
}

/** Takes the next record of notification.events; one that was written again changes nothing. */
export function applyEvent(plan: Plan, { offset, event }: Gathered): void {
  const rule = rulePlan(plan, event.rule);
  switch (event.kind) {
    case 'raised':
      if (isNew(plan, event)) gather(rule, { offset, event });
      return;
    case 'formed':
      if (plan.made.has(event.messageId)) return;
      remember(plan.made, event.messageId);
      form(rule, event);
      return;
    case 'attempted':
      attempted(rule, event);
  }
}

function rulePlan({ rules }: Plan, name: string): RulePlan {
  const known = rules.get(name);
  if (known) return known;
  const made: RulePlan = {
    pending: new Map(),
    formedAt: new Map(),
    recent: [],
    open: new Map(),
    trouble: undefined,
  };
  rules.set(name, made);
  return made;
}

/** Whoever reads the input again after a crash raises the same once more. */
function isNew({ seen }: Plan, { rule, groups, topic, partition, toOffset }: NotificationEvent): boolean {
  if (toOffset < 0) return true;
  const key = JSON.stringify([rule, groups, topic, partition]);
  if (toOffset <= (seen.get(key) ?? -1)) return false;
  seen.set(key, toOffset);
  return true;
}

function gather({ pending }: RulePlan, gathered: Gathered): void {
  const group = gathered.event.groups[0] ?? '';
  const before = pending.get(group) ?? [];
  pending.set(group, before);
  const last = before.at(-1);
  if (group === TEST_GROUP || last === undefined || before.length < MOST_GATHERED) before.push(gathered);
  else before[before.length - 1] = { offset: gathered.offset, event: together([last, gathered]) };
}

function form(rule: RulePlan, message: NotificationEvent): void {
  for (const group of message.groups) {
    const left = (rule.pending.get(group) ?? []).filter(({ offset }) => offset > message.through);
    if (left.length === 0) rule.pending.delete(group);
    else rule.pending.set(group, left);
    if (group !== TEST_GROUP) rule.formedAt.set(group, message.at);
  }
  if (!isTest(message)) rule.recent = [...rule.recent.filter((at) => at > message.at - HOUR_MS), message.at];
  rule.open.set(message.messageId, { message, attempt: 0, nextAt: message.at });
}

function attempted(rule: RulePlan, { messageId, outcome, attempt, nextAt, reason }: NotificationEvent): void {
  const open = rule.open.get(messageId);
  if (!open || attempt <= open.attempt) return;
  if (outcome === 'failed' && nextAt !== null)
    rule.open.set(messageId, { message: open.message, attempt, nextAt });
  else rule.open.delete(messageId);
  rule.trouble = outcome === 'sent' ? undefined : reason;
}

function remember(made: Set<string>, id: string): void {
  made.add(id);
  if (made.size <= MOST_MADE) return;
  const [oldest] = made;
  if (oldest !== undefined) made.delete(oldest);
}

/** Whether somebody only wants to see whether it arrives. */
export function isTest({ groups }: Pick<NotificationEvent, 'groups'>): boolean {
  return groups.includes(TEST_GROUP);
}

/** Records added up: all that was counted, and the newest texts. Pure. */
export function together(gathered: readonly Gathered[]): NotificationEvent {
  const events = gathered.map(({ event }) => event);
  const [first] = events;
  if (first === undefined) throw new RangeError('Nothing to add up.');
  const states: Record<string, number> = {};
  for (const event of events)
    for (const [state, count] of Object.entries(event.states)) states[state] = (states[state] ?? 0) + count;
  return {
    ...first,
    groups: [...new Set(events.flatMap(({ groups }) => groups))],
    states,
    severity: events.map(({ severity }) => severity).reduce(worse, 'info'),
    models: [...new Set(events.flatMap(({ models }) => models))].slice(0, MOST_MODELS),
    firstAt: Math.min(...events.map(({ firstAt, at }) => firstAt ?? at)),
    lastAt: Math.max(...events.map(({ lastAt, at }) => lastAt ?? at)),
    texts: events.flatMap(({ texts }) => texts).slice(-MOST_TEXTS),
  };
}
