import type { NotificationRule } from '@driftloop/schemas';

/** A rule as it is shown. It holds no secret, only its name. */
export function ruleView({ groupMs, cooldownMs, endedAt: _, endedBy: __, ...rule }: NotificationRule) {
  return { ...rule, groupSeconds: groupMs / 1_000, cooldownSeconds: cooldownMs / 1_000 };
}

/** A rule as it is shown. */
export type RuleView = ReturnType<typeof ruleView>;
