import type { Bus, Consumer, TypedProducer } from '@driftloop/bus';
import type { Rules } from '@driftloop/notifications';
import type { NotificationEvent } from '@driftloop/schemas';
import type { Clock, Logger } from '@driftloop/service';
import type { Meters } from './meters.ts';
import { attemptEvent, type Delivery, dueMessages } from './plan/attempts.ts';
import { formMessages } from './plan/form-messages.ts';
import { applyEvent, createPlan, type Plan } from './plan/plan.ts';

/** What dispatching works with. */
export interface DispatchParts {
  readonly bus: Pick<Bus, 'consume' | 'offsets'>;
  readonly producer: Pick<TypedProducer, 'send'>;
  readonly rules: Rules;
  readonly meters: Pick<Meters, 'attempts' | 'open'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  /** Tries once to deliver a message. */
  deliver(message: NotificationEvent): Promise<Delivery>;
  fail(error: unknown): void;
}

/** Makes messages of what was raised and delivers them. */
export interface Dispatch {
  readonly consumer: Consumer;
  /** What could not be delivered last, in sentences. */
  troubles(): string[];
}

/**
 * Folds notification.events from their start whenever this process gets their one partition, and,
 * when it is read to its end, writes down the messages that are due, delivers those that are
 * written down, and writes down what came of it. So a process that is killed leaves either no
 * message or one that is sent by the next under the same id: each at least once.
 */
export async function startDispatch(parts: DispatchParts): Promise<Dispatch> {
  const { bus, rules, clock, meters, fail } = parts;
  let plan: Plan = createPlan();
  /** What was written and has not come back. */
  let awaited = new Set<string>();
  const consumer = await bus.consume({
    group: 'notifier',
    topics: ['notification.events'],
    badRecords: 'skip',
    onCrash: fail,
    async onAssigned(topic, partition) {
      plan = createPlan();
      awaited = new Set();
      const range = (await bus.offsets(topic)).find((entry) => entry.partition === partition);
      return { seek: range?.low ?? 0 };
    },
    onRevoked() {
      plan = createPlan();
      meters.open.set(0);
    },
    async onBatch({ records, lastOffset }) {
      for (const { offset, value } of records) {
        applyEvent(plan, { offset, event: value });
        awaited.delete(keyOf(value));
      }
      return { commit: lastOffset + 1 };
    },
    async onIdle(_topic, _partition, { isStale }) {
      meters.open.set([...plan.rules.values()].reduce((sum, { open }) => sum + open.size, 0));
      if (awaited.size > 0 || isStale()) return {};
      const formed = formMessages(plan, rules, clock.now());
      const attempts = await Promise.all(
        dueMessages(plan, clock.now()).map(async (open) => {
          const delivery = await parts.deliver(open.message);
          return attemptEvent(open, delivery, clock.now());
        }),
      );
      const events = [...formed, ...attempts];
      if (events.length === 0) return {};
      tell(attempts, parts);
      awaited = new Set(events.map(keyOf));
      const outgoing = events.map((value) => ({ key: value.rule, value }));
      await parts.producer.send('notification.events', outgoing, { isVoid: isStale });
      return {};
    },
  });
  return {
    consumer,
    troubles: () =>
      [...plan.rules].flatMap(([name, { trouble }]) =>
        trouble === undefined || !rules.has(name)
          ? []
          : [`The last message of the notification rule '${name}' was not delivered: ${trouble}`],
      ),
  };
}

function keyOf({ kind, messageId, attempt }: NotificationEvent): string {
  return `${kind}/${messageId}/${attempt}`;
}

function tell(attempts: readonly NotificationEvent[], { rules, meters, logger }: DispatchParts): void {
  for (const { rule, messageId, outcome, attempt, reason, nextAt } of attempts) {
    meters.attempts.inc({ rule, channel: rules.get(rule)?.channel ?? '', outcome });
    const about = { rule, messageId, attempt };
    if (outcome === 'sent') logger.info(about, 'a notification was sent');
    else logger.warn({ ...about, reason, nextAt }, `a notification was not sent: ${outcome}`);
  }
}
