import Type from 'typebox';

/** What calls by which a person changes something have in common. */
export const Reason = Type.String({
  minLength: 1,
  maxLength: 1_000,
  description: 'Why; kept in the history.',
});
export const Actor = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 200,
    description:
      'Who asks, where the caller is not known by name: a token or a login counts before it. Default: gateway.',
  }),
);
