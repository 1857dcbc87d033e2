import Type, { type Static } from 'typebox';

const Parameters = Type.Record(Type.String(), Type.Unknown(), {
  description:
    'event_time (epoch ms, for all rows or a list of one per row), request_ids (a list of one per row), timeout (microseconds), binary_data_output.',
});
const Shape = Type.Array(Type.Integer({ minimum: 0 }), { description: 'Rows first.' });

/** What a call sends. */
export const InferBody = Type.Object({
  id: Type.Optional(Type.String({ description: 'Of the call; comes back with the answer.' })),
  parameters: Type.Optional(Parameters),
  inputs: Type.Array(
    Type.Object({
      name: Type.String(),
      shape: Shape,
      datatype: Type.String(),
      parameters: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
      data: Type.Optional(Type.Unknown({ description: 'A list, flat or nested; null is a missing value.' })),
    }),
    {
      minItems: 1,
      description:
        "One tensor of numbers, rows × features in the spec's order, or one of one element per row for each feature, by its name.",
    },
  ),
  outputs: Type.Optional(
    Type.Array(
      Type.Object({
        name: Type.String(),
        parameters: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
      }),
      { description: 'Outputs that are wanted. Default: all.' },
    ),
  ),
});
export type InferBody = Static<typeof InferBody>;

/** What is answered. */
export const InferAnswer = Type.Object({
  model_name: Type.String(),
  model_version: Type.String({ description: 'The version that answered the first row.' }),
  id: Type.Optional(Type.String()),
  parameters: Type.Record(Type.String(), Type.String(), {
    description: 'request_ids: a JSON list, one per row; versions: those that answered, with commas.',
  }),
  outputs: Type.Array(
    Type.Object({
      name: Type.String(),
      shape: Shape,
      datatype: Type.String(),
      parameters: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
      data: Type.Optional(Type.Array(Type.Unknown())),
    }),
  ),
});
export type InferAnswer = Static<typeof InferAnswer>;

const TensorMetadata = Type.Object({
  name: Type.String(),
  datatype: Type.String(),
  shape: Type.Array(Type.Integer(), { description: '-1 is any number of rows.' }),
});

/** What a model takes and answers. */
export const ModelMetadataAnswer = Type.Object({
  name: Type.String(),
  versions: Type.Array(Type.String(), { description: 'Those that answer now.' }),
  platform: Type.String(),
  inputs: Type.Array(TensorMetadata),
  outputs: Type.Array(TensorMetadata),
});

/** A model, by its path. */
export const ModelPath = Type.Object({ model: Type.String({ minLength: 1 }) });

/** A version of it. */
export const VersionPath = Type.Object({
  model: Type.String({ minLength: 1 }),
  version: Type.String({ minLength: 1 }),
});
