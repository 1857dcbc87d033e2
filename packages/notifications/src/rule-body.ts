import Type, { type Static } from 'typebox';
import { STATE_NAMES, VERSION_ROLES } from './states.ts';

const literals = <T extends string>(names: readonly T[]) =>
  Type.Unsafe<T>(Type.Union(names.map((name) => Type.Literal(name))));

/** Ways to tell somebody. */
export const CHANNELS = ['webhook', 'slack', 'email', 'pagerduty'] as const;

/**
 * Names that stand in addresses and as keys: no control characters, no slash, no space at an end.
 */
const NAME = '^[^\\u0000-\\u0020\\u007f/]([^\\u0000-\\u001f\\u007f/]{0,98}[^\\u0000-\\u0020\\u007f/])?$';
/** Also the name of a file. */
const SECRET = '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$';

/** What is asked for by who makes a rule. */
export const RuleBody = Type.Object(
  {
    name: Type.String({ pattern: NAME, description: 'Its name; a rule of this name is replaced.' }),
    channel: literals(CHANNELS),
    to: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 2_000 }), {
        maxItems: 50,
        description:
          'webhook: its URL, without password and query. email: addresses. None for slack and pagerduty.',
      }),
    ),
    secret: Type.Optional(
      Type.String({
        pattern: SECRET,
        description:
          'Name of a secret that the notifier has: the signing key of a webhook, the URL of a Slack webhook, a routing key of PagerDuty. None for email.',
      }),
    ),
    models: Type.Optional(
      Type.Union([
        Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { minItems: 1, maxItems: 1_000 }),
        Type.Null(),
      ]),
    ),
    states: Type.Optional(
      Type.Array(literals(STATE_NAMES), {
        minItems: 1,
        description: 'Default: drift, published, rolledBack, retrainFailed, deadLetter.',
      }),
    ),
    roles: Type.Optional(
      Type.Array(literals(VERSION_ROLES), { description: 'Roles of versions; all where left out.' }),
    ),
    groupBy: Type.Optional(literals(['model', 'rule'] as const)),
    groupSeconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 86_400,
        description: 'How long others are waited for. Default: 60.',
      }),
    ),
    cooldownSeconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 604_800,
        description: 'Least time between two messages of one group. Default: 900.',
      }),
    ),
    mostPerHour: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1_000, description: 'Messages in an hour at most. Default: 20.' }),
    ),
    quietHours: Type.Optional(
      Type.String({ description: 'HH:MM-HH:MM in which nothing is told; empty for none.', maxLength: 20 }),
    ),
    timeZone: Type.Optional(
      Type.String({ description: 'Of the quiet hours, an IANA name. Default: UTC.', maxLength: 100 }),
    ),
  },
  { additionalProperties: false },
);

/** What is asked for. */
export type RuleBody = Static<typeof RuleBody>;
