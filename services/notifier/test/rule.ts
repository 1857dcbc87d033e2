import { checkRule, notificationEvent } from '@driftloop/notifications';
import type { NotificationEvent, NotificationRule } from '@driftloop/schemas';
import { formMessages } from '../src/plan/form-messages.ts';
import { applyEvent, createPlan, type Plan } from '../src/plan/plan.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** A quarter past noon, UTC. */
export const NOON = Date.parse('2026-06-01T12:15:00Z');

/** A webhook's rule that was made long ago. */
export function ruleOf(given: Record<string, unknown> = {}): NotificationRule {
  const asked = { name: 'ops', channel: 'webhook', to: ['https://example.org/'], secret: 'key', ...given };
  const said = Object.entries(asked).filter(([, value]) => value !== undefined);
  return checkRule(Object.fromEntries(said), { by: 'jo', now: 0 });
}

/** Something that the rule fits. */
export function raisedOf(given: Partial<NotificationEvent> & { at: number }): NotificationEvent {
  return notificationEvent({
    kind: 'raised',
    rule: 'ops',
    groups: ['model/elec'],
    states: { drift: 1 },
    severity: 'error',
    models: ['elec'],
    firstAt: given.at,
    lastAt: given.at,
    texts: ['elec: drift is confirmed'],
    ...given,
  });
}

/** notification.events in memory, with what they add up to. */
export function createLog() {
  const log: NotificationEvent[] = [];
  const plan: Plan = createPlan();
  const append = (...events: NotificationEvent[]) => {
    for (const event of events) {
      log.push(event);
      applyEvent(plan, { offset: log.length - 1, event });
    }
  };
  return {
    log,
    plan,
    append,
    /** Makes what is due and writes it down. */
    form(rule: NotificationRule, now: number): NotificationEvent[] {
      const formed = formMessages(plan, new Map([[rule.name, rule]]), now);
      append(...formed);
      return formed;
    },
  };
}
