import Type from 'typebox';

/** Values or numbers by name. */
export const Values = Type.Record(
  Type.String(),
  Type.Union([Type.Number(), Type.String(), Type.Boolean(), Type.Null()]),
);

/** How far a study is. */
export const Progress = Type.Object({
  id: Type.String(),
  name: Type.String(),
  model: Type.Union([Type.String(), Type.Null()], { description: 'null for a study of steps.' }),
  design: Type.String({ description: 'grid, random, sobol, latinHypercube or halving.' }),
  state: Type.String({ description: 'going on, finished or stopped.' }),
  counts: Type.Object(
    {
      waiting: Type.Integer(),
      claimed: Type.Integer(),
      done: Type.Integer(),
      failed: Type.Integer(),
    },
    { description: 'Jobs: those that wait, are under way, are done, and have failed.' },
  ),
});

/** A run of a study. */
export const Row = Type.Object({
  sample: Type.Integer(),
  values: Values,
  status: Type.String({ description: 'waiting, claimed, done or failed.' }),
  metrics: Values,
  isFront: Type.Boolean({
    description: 'No other run is better in one objective and no worse in the others.',
  }),
  reason: Type.String({ description: 'Why it has failed.' }),
});

/** A setting as a model's spec. */
export const Proposed = Type.Object({
  model: Type.String(),
  run: Type.Integer(),
  values: Values,
  differences: Type.Array(
    Type.Object({
      path: Type.String({ description: 'A JSON pointer.' }),
      before: Type.Unknown(),
      after: Type.Unknown(),
    }),
  ),
  spec: Type.Record(Type.String(), Type.Unknown()),
});
