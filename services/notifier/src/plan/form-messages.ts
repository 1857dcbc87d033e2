import { createHash } from 'node:crypto';
import { isQuiet, LATE_GROUP, notificationEvent, type Rules, TEST_GROUP } from '@driftloop/notifications';
import type { NotificationEvent, NotificationRule } from '@driftloop/schemas';
import { type Gathered, HOUR_MS, isTest, type Plan, type RulePlan, together } from './plan.ts';
import { titleOf } from './title.ts';

/** More groups of a rule that are due at once go into one message. */
const MOST_AT_ONCE = 5;
/** What was missed is waited for, and told of this rarely, ms: catching up is one message. */
const LATE_GROUP_MS = 60_000;
const LATE_COOLDOWN_MS = 900_000;

/**
 * The messages that are due: what a rule has gathered and waited for, unless its hours are quiet,
 * its group was told of a short time ago, it has told enough in this hour, or its last message is
 * still being delivered in vain. What is held back goes into a later message. Pure.
 *
 * @param now wall clock, epoch ms
 */
export function formMessages(plan: Plan, rules: Rules, now: number): NotificationEvent[] {
  return [...plan.rules].flatMap(([name, state]) => {
    const rule = rules.get(name);
    if (!rule) return [];
    const tests = (state.pending.get(TEST_GROUP) ?? [])
      .filter(({ event }) => isOf(rule, event))
      .map((one) => formed([one], now));
    return [...tests, ...dueOf(rule, state, now)];
  });
}

function dueOf(rule: NotificationRule, state: RulePlan, now: number): NotificationEvent[] {
  if (isQuiet(rule, now) || isInVain(state)) return [];
  const room = rule.mostPerHour - state.recent.filter((at) => at > now - HOUR_MS).length;
  if (room <= 0) return [];
  const due = [...state.pending].flatMap(([group, all]) => {
    const gathered = all.filter(({ event }) => isOf(rule, event));
    const [first] = gathered;
    if (group === TEST_GROUP || first === undefined) return [];
    return dueAt(rule, group, first, state.formedAt.get(group)) <= now ? [gathered] : [];
  });
  if (due.length > Math.min(room, MOST_AT_ONCE)) return [formed(due.flat(), now)];
  return due.map((gathered) => formed(gathered, now));
}

/** Of a rule of the same name that was removed before. */
function isOf({ createdAt }: NotificationRule, { at }: NotificationEvent): boolean {
  return at >= createdAt;
}

function isInVain({ open }: RulePlan): boolean {
  return [...open.values()].some(({ attempt, message }) => attempt > 0 && !isTest(message));
}

function dueAt(
  { groupMs, cooldownMs }: NotificationRule,
  group: string,
  first: Gathered,
  formedAt = Number.NEGATIVE_INFINITY,
): number {
  const isLate = group === LATE_GROUP;
  const waitMs = isLate ? Math.max(groupMs, LATE_GROUP_MS) : groupMs;
  const restMs = isLate ? Math.max(cooldownMs, LATE_COOLDOWN_MS) : cooldownMs;
  return Math.max(first.event.at + waitMs, formedAt + restMs);
}

function formed(gathered: readonly Gathered[], now: number): NotificationEvent {
  const all = together([...gathered].sort((a, b) => a.offset - b.offset));
  const offsets = gathered.map(({ offset }) => offset);
  return notificationEvent({
    kind: 'formed',
    rule: all.rule,
    messageId: all.messageId === '' ? messageId(all.rule, Math.min(...offsets), all.at) : all.messageId,
    at: now,
    groups: all.groups,
    states: all.states,
    severity: all.severity,
    models: all.models,
    firstAt: all.firstAt,
    lastAt: all.lastAt,
    title: titleOf(all),
    texts: all.texts,
    through: Math.max(...offsets),
  });
}

/**
 * The same for the same beginning, whoever makes it: one that is made twice is one. @param at when
 * it was raised, which tells it from one of a topic that was made anew
 */
function messageId(rule: string, offset: number, at: number): string {
  const hash = createHash('sha256').update(JSON.stringify([rule, offset, at]));
  return `msg_${hash.digest('hex').slice(0, 32)}`;
}
