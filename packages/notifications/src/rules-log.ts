import type { Bus, Follower, TypedProducer } from '@driftloop/bus';
import { DriftloopError } from '@driftloop/errors';
import type { NotificationRule } from '@driftloop/schemas';

/** Rules that hold, by their names. */
export type Rules = ReadonlyMap<string, NotificationRule>;

/** What rules are written with. */
interface Writing {
  readonly producer: Pick<TypedProducer, 'send'>;
  /** Wall clock, epoch ms. */
  now(): number;
}

/** Takes the next record of notification.rules. */
function fold(rules: Map<string, NotificationRule>, rule: NotificationRule): void {
  if (rule.endedAt === null) rules.set(rule.name, rule);
  else rules.delete(rule.name);
}

/** Rules as they are now, read once. */
export async function readRules(bus: Pick<Bus, 'slice'>): Promise<Rules> {
  const rules = new Map<string, NotificationRule>();
  for await (const records of bus.slice('notification.rules', { by: 'offset' }))
    for (const { value } of records) fold(rules, value);
  return rules;
}

/** Follows rules from the start; resolves once all that are there are known. */
export async function followRules(
  bus: Pick<Bus, 'follow'>,
  onCrash: (error: unknown) => void,
): Promise<{ readonly rules: Rules; readonly follower: Follower }> {
  const rules = new Map<string, NotificationRule>();
  const follower = await bus.follow(
    'notification.rules',
    (records) => {
      for (const { value } of records) fold(rules, value);
    },
    { onCrash },
  );
  return { rules, follower };
}

/** Writes a rule. Resolves once Kafka has it. */
export async function writeRule(
  { producer }: Pick<Writing, 'producer'>,
  rule: NotificationRule,
): Promise<void> {
  await producer.send('notification.rules', [{ key: rule.name, value: rule }]);
}

/** Removes a rule: what it had gathered is not told. */
export async function endRule(
  { producer, now }: Writing,
  rule: NotificationRule,
  endedBy: string,
): Promise<void> {
  await writeRule({ producer }, { ...rule, endedAt: now(), endedBy });
}

/**
 * The rule of a name.
 *
 * @throws DriftloopError NOT_FOUND naming those that there are
 */
export function requireRule(rules: Rules, name: string): NotificationRule {
  const found = rules.get(name);
  if (found) return found;
  const known = [...rules.keys()].map((one) => `'${one}'`).join(', ');
  throw new DriftloopError(
    'NOT_FOUND',
    `There is no notification rule '${name}'. ${known === '' ? 'There are none yet: `driftloop notify add`.' : `There are: ${known}.`}`,
  );
}
