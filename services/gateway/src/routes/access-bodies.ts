import Type from 'typebox';

const RoleName = Type.Union([Type.Literal('viewer'), Type.Literal('operator'), Type.Literal('admin')]);

const Models = Type.Union(
  [Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 1_000 }), Type.Null()],
  {
    description: 'Models that it is for; null for all.',
  },
);
const Moment = (description: string) => Type.Union([Type.Number(), Type.Null()], { description });

/** Who calls. */
export const Me = Type.Object({
  name: Type.String(),
  role: RoleName,
  models: Models,
  expiresAt: Moment('When a session or token ends, epoch milliseconds; null for never.'),
  via: Type.String({
    description: 'root, token, session, everybody (no token is needed here) or anonymous (may only read).',
  }),
});

/** A token as it is shown. */
export const Token = Type.Object({
  id: Type.String(),
  name: Type.String(),
  role: RoleName,
  models: Models,
  state: Type.Union([Type.Literal('valid'), Type.Literal('expired'), Type.Literal('revoked')]),
  createdAt: Type.Number({ description: 'Epoch milliseconds.' }),
  createdBy: Type.String(),
  expiresAt: Moment('Epoch milliseconds; null for never.'),
  lastUsedAt: Moment('About, to the minute; null for never.'),
  revokedAt: Moment('Epoch milliseconds.'),
  revokedBy: Type.String(),
});

/** What is asked for. */
export const TokenBody = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 100,
      pattern: '^[^\\u0000-\\u001f\\u007f]+$',
      description: 'Who is to call by it: stands in the audit log and in histories.',
    }),
    role: RoleName,
    models: Type.Optional(Models),
    expiresInDays: Type.Optional(
      Type.Union([Type.Integer({ minimum: 1, maximum: 3_650 }), Type.Null()], {
        description: 'Default: 90. null: it never expires.',
      }),
    ),
  },
  { additionalProperties: false },
);

/** By what somebody logs in. */
export const SignInBody = Type.Union([
  Type.Object(
    { code: Type.String({ minLength: 1, maxLength: 200, description: 'Of the login link.' }) },
    { additionalProperties: false },
  ),
  Type.Object(
    { token: Type.String({ minLength: 1, maxLength: 10_000, description: 'An API token.' }) },
    { additionalProperties: false },
  ),
]);
