import { EARLIEST_EVENT_TIME, LATEST_EVENT_TIME } from '@driftloop/spec';
import Type, { type Static } from 'typebox';

/** A model, by its path. */
export const ModelPath = Type.Object({ model: Type.String({ minLength: 1 }) });

/** A request of it. */
export const RequestPath = Type.Object({
  model: Type.String({ minLength: 1 }),
  requestId: Type.String({ minLength: 1 }),
});

const EventTime = Type.Optional(
  Type.Integer({
    minimum: EARLIEST_EVENT_TIME,
    maximum: LATEST_EVENT_TIME,
    description: 'Epoch milliseconds, from 1970 until before 2200. Default: now.',
  }),
);
const RequestId = Type.String({ minLength: 1, maxLength: 256 });

/** One row: `features` in the spec's order, or `columns` by name. */
export const RequestBody = Type.Object({
  requestId: Type.Optional(Type.String({ ...RequestId, description: 'Default: a new one.' })),
  eventTime: EventTime,
  features: Type.Optional(
    Type.Array(Type.Union([Type.Number(), Type.Null()]), {
      minItems: 1,
      description: "One per feature of the model's spec, in its order; null is a missing value.",
    }),
  ),
  columns: Type.Optional(
    Type.Record(
      Type.String(),
      Type.Union([
        Type.Number(),
        Type.String(),
        Type.Boolean(),
        Type.Null(),
        Type.Array(Type.Union([Type.Number(), Type.Null()])),
      ]),
      {
        description:
          'Instead of features: values by the names of the spec; texts where it names the categories or has free text, lists of numbers where it has an embedding. Other names are passed over.',
      },
    ),
  ),
  answer: Type.Optional(
    Type.Object(
      {
        predicted: Type.Optional(
          Type.Union([Type.Number(), Type.String()], {
            description: 'Class by its index or its name, or the value of a regression.',
          }),
        ),
        outputs: Type.Optional(
          Type.Array(Type.Number(), {
            description:
              'Probabilities by class, or the one of class 1; of several outputs each, in the order of the spec.',
          }),
        ),
        version: Type.Optional(Type.String({ description: 'Version that answered.' })),
      },
      { description: 'What the system that serves the model has answered, where others serve it.' },
    ),
  ),
});
export type RequestBody = Static<typeof RequestBody>;

/** The truth about one request. */
const LabelBody = Type.Object({
  requestId: RequestId,
  label: Type.Union(
    [
      Type.Number(),
      Type.String(),
      Type.Array(Type.Union([Type.Number(), Type.String()]), { maxItems: 1_000 }),
      Type.Record(Type.String(), Type.Number()),
    ],
    {
      description:
        'Class by its index or its name, or the value of a regression. Of several targets: their values, as a list in the order of the spec or by name; of a multilabel model also the list of the labels that apply.',
    },
  ),
  eventTime: EventTime,
});
export type LabelBody = Static<typeof LabelBody>;

/** One label, or many. */
export const LabelsBody = Type.Union([
  LabelBody,
  Type.Array(LabelBody, { minItems: 1, maxItems: 10_000, description: 'All of them are taken, or none.' }),
]);

/** What was put onto Kafka. */
export const Accepted = Type.Object({ requestId: Type.String() });
export const AcceptedLabels = Type.Union([Accepted, Type.Object({ labels: Type.Integer() })]);

/** Longest wait for an answer, ms: within what any call may take. */
export const MOST_WAIT_MS = 15_000;

/** How long to wait for the answer. */
export const WaitQuery = Type.Object({
  wait: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: MOST_WAIT_MS,
      description:
        'Milliseconds to wait for the answer; the header `Prefer: wait=<seconds>` does the same. Default: it is not waited for.',
    }),
  ),
});

const Refusal = Type.Object({
  code: Type.String({ description: 'Stable code, see docs/errors.md.' }),
  reason: Type.String(),
});
const Answer = Type.Object({
  version: Type.Integer({ description: 'Version that answered.' }),
  role: Type.String({ description: 'live or canary.' }),
  predicted: Type.Number({
    description: 'Class index, or the value of a regression; of several outputs the first.',
  }),
  className: Type.Optional(Type.String({ description: 'Name of the class, where the spec names them.' })),
  outputs: Type.Array(Type.Number(), {
    description: 'Probabilities by class, the value of a regression, or several outputs.',
  }),
  named: Type.Optional(
    Type.Record(Type.String(), Type.Number(), { description: 'Several outputs by their names.' }),
  ),
  servedAt: Type.Integer({ description: 'Epoch milliseconds.' }),
});
const Label = Type.Object({
  label: Type.Number({
    description: 'Class index, or the value of a regression; of several targets the first.',
  }),
  className: Type.Optional(Type.String()),
  named: Type.Optional(
    Type.Record(Type.String(), Type.Number(), { description: 'Values of several targets by their names.' }),
  ),
  eventTime: Type.Integer({ description: 'Epoch milliseconds.' }),
});

/** What became of a request. */
export const RequestStatus = Type.Object({
  requestId: Type.String(),
  status: Type.Union([Type.Literal('waiting'), Type.Literal('answered'), Type.Literal('refused')]),
  answer: Type.Optional(Answer),
  refusal: Type.Optional(Refusal),
  label: Type.Optional(Label),
});
export type RequestStatus = Static<typeof RequestStatus>;
