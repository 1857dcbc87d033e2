/** What `driftloop notify add` is told of a rule. */
export interface RuleOptions {
  readonly channel: string;
  readonly to?: readonly string[];
  readonly secret?: string;
  readonly models?: readonly string[];
  readonly states?: readonly string[];
  readonly roles?: readonly string[];
  readonly groupBy?: string;
  readonly group?: number;
  readonly cooldown?: number;
  readonly mostPerHour?: number;
  readonly quiet?: string;
  readonly timeZone?: string;
}

/** The rule that is asked for, as the gateway takes it, too; what is not said is left out. */
export function bodyOf(name: string, given: RuleOptions): Record<string, unknown> {
  const { channel, to, secret, models, states, roles, groupBy, mostPerHour, timeZone } = given;
  const body = {
    name,
    channel,
    to,
    secret,
    models,
    states,
    roles,
    groupBy,
    groupSeconds: given.group,
    cooldownSeconds: given.cooldown,
    mostPerHour,
    quietHours: given.quiet,
    timeZone,
  };
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}
