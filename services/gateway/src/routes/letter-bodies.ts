import Type from 'typebox';
import { moment } from '../http/moment.ts';

const State = Type.Union([
  Type.Literal('open'),
  Type.Literal('resending'),
  Type.Literal('resent'),
  Type.Literal('discarded'),
]);

/** Where the record of a dead letter was. */
export const LetterPath = Type.Object({
  topic: Type.String({ minLength: 1, maxLength: 100, description: 'Topic, without prefix.' }),
  partition: Type.Integer({ minimum: 0 }),
  offset: Type.Integer({ minimum: 0 }),
});

/** Which dead letters. */
export const Filter = Type.Object({
  topic: Type.Optional(Type.String({ description: 'Topic of the record, without prefix.' })),
  model: Type.Optional(Type.String({ description: 'Of the request or the label, where it could be read.' })),
  code: Type.Optional(Type.String({ description: 'Error code, see docs/errors.md.' })),
  state: Type.Optional(State),
  since: moment('Given up from then on'),
  limit: Type.Integer({ minimum: 1, maximum: 10_000, default: 200, description: 'Most rows.' }),
  cursor: Type.Optional(Type.String({ maxLength: 300, description: '`nextCursor` of the page before.' })),
});

const FIELDS = {
  id: Type.String({ description: 'topic/partition/offset of its record.' }),
  topic: Type.String(),
  partition: Type.Integer(),
  offset: Type.Integer(),
  code: Type.String(),
  reason: Type.String(),
  service: Type.String({ description: 'Who gave up.' }),
  at: Type.Number({ description: 'When, epoch milliseconds.' }),
  model: Type.String({ description: 'Empty where the record could not be read.' }),
  requestId: Type.String(),
  state: State,
  decidedBy: Type.String({ description: 'Empty while nobody has decided anything.' }),
  decidedBecause: Type.String(),
  decidedAt: Type.Union([Type.Number(), Type.Null()], { description: 'Epoch milliseconds.' }),
  mended: Type.Boolean({ description: 'Whether another record was sent than the one that came.' }),
};

/** A dead letter in a list. */
export const Letter = Type.Object(FIELDS);

/** A dead letter with its record. */
export const Shown = Type.Object({
  ...FIELDS,
  key: Type.Union([Type.String(), Type.Null()], { description: 'Base64.' }),
  value: Type.Union([Type.String(), Type.Null()], { description: 'Base64; null where it is not kept.' }),
  record: Type.Unknown({ description: 'The record as JSON; null where it cannot be read.' }),
  unreadable: Type.Union([Type.Object({ code: Type.String(), reason: Type.String() }), Type.Null()]),
  whatToDo: Type.String(),
});

/** How many there are. */
export const Count = Type.Object({
  topic: Type.String(),
  code: Type.String(),
  state: State,
  letters: Type.Integer(),
});
