import Type from 'typebox';

const Moment = (description: string) => Type.Union([Type.Number(), Type.Null()], { description });

/** A rule as it is shown. */
export const Rule = Type.Object({
  name: Type.String(),
  channel: Type.String({ description: 'webhook, slack, email or pagerduty.' }),
  to: Type.Array(Type.String()),
  secret: Type.String({ description: 'Name of its secret; the secret itself lies with the notifier.' }),
  models: Type.Union([Type.Array(Type.String()), Type.Null()]),
  states: Type.Array(Type.String()),
  roles: Type.Array(Type.String()),
  groupBy: Type.String(),
  groupSeconds: Type.Number(),
  cooldownSeconds: Type.Number(),
  mostPerHour: Type.Integer(),
  quietHours: Type.String(),
  timeZone: Type.String(),
  createdAt: Type.Number({ description: 'Epoch milliseconds.' }),
  createdBy: Type.String(),
});

/** A message, and what came of its delivery. */
export const Message = Type.Object({
  id: Type.String({ description: 'Its idempotency key: the same at each attempt.' }),
  rule: Type.String(),
  at: Type.Number({ description: 'When it was made, epoch milliseconds.' }),
  title: Type.String(),
  texts: Type.Array(Type.String()),
  severity: Type.String({ description: 'info, warning or error.' }),
  models: Type.Array(Type.String()),
  attempts: Type.Integer(),
  outcome: Type.String({ description: 'pending, sent, failed (it is tried again at nextAt) or gaveUp.' }),
  error: Type.String({ description: 'Why the last attempt failed.' }),
  nextAt: Moment('Epoch milliseconds.'),
});

/** Which messages. */
export const Outcome = Type.Union(
  (['pending', 'sent', 'failed', 'gaveUp'] as const).map((outcome) => Type.Literal(outcome)),
);
