import Type from 'typebox';
import { nullable } from '../http/nullable.ts';

const Share = Type.Number({ description: 'A share of right answers, or a difference of two.' });

/** A way of learning without forgetting. */
export const StrategyView = Type.Object({
  name: Type.String({ description: 'As `retrain.strategy` of a spec names it.' }),
  summary: Type.String({ description: 'What it does.' }),
  source: nullable(
    Type.Object({
      paper: Type.String({ description: 'Who wrote it down, and when.' }),
      page: Type.String({ description: 'Where it can be read, as an address.' }),
    }),
  ),
  settings: Type.Record(Type.String(), Type.Number(), { description: 'Its settings with their defaults.' }),
  among: Type.Union([Type.Array(Type.String()), Type.Null()], {
    description: 'Of the choice of the trainer, which is no strategy: what it chooses from; else null.',
  }),
});

/** What a strategy learnt and forgot in one scenario. */
const Figures = Type.Object({
  strategy: Type.String(),
  measuredAt: Type.Integer({ description: 'Epoch milliseconds.' }),
  seeds: Type.Integer({ description: 'Runs that these are means of.' }),
  accuracy: Type.Number({ description: 'Over all tasks after the last, a share.' }),
  accuracySpread: Type.Number({ description: 'Standard deviation over the seeds.' }),
  forgetting: Share,
  backwardTransfer: Share,
  forwardTransfer: Share,
  prequential: nullable(Share),
  recoveryRows: nullable(Type.Number({ description: 'Rows from a fall of accuracy until it is back.' })),
  memoryBytes: Type.Integer(),
  seconds: Type.Number(),
  peer: Type.String({ description: 'Another implementation of it; empty for none.' }),
  peerAccuracy: nullable(Type.Number()),
  curve: Type.Array(Type.Number(), {
    description: 'Accuracy over the tasks learnt so far, after each of them.',
  }),
  blocks: Type.Array(Type.Number(), {
    description: 'Accuracy of each block after the first before it was learnt; empty without blocks.',
  }),
  blockRows: Type.Integer({ description: 'Rows of a block; 0 without.' }),
});

/** One scenario of the benchmark. */
export const ScenarioView = Type.Object({
  scenario: Type.String(),
  title: Type.String({ description: 'What it is, in words; empty where that was not written down.' }),
  results: Type.Array(Figures, { description: 'One per strategy, the newest of each, the best first.' }),
});

/** What a bout of strategies is asked with. */
export const BoutBody = Type.Object(
  {
    strategies: Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
      minItems: 1,
      maxItems: 50,
      uniqueItems: true,
      description: 'Names of `GET /strategies`.',
    }),
    from: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: 'Event time, epoch milliseconds. Default: the first request.',
      }),
    ),
    to: Type.Optional(
      Type.Integer({
        minimum: 0,
        description:
          'Event time, epoch milliseconds. Default: the end of the newest window that has a verdict, so that all runs see the same.',
      }),
    ),
    trainingMs: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 2_592_000_000,
        description: 'Time of the log that a training run takes. Default: 0, a run takes no row.',
      }),
    ),
  },
  { additionalProperties: false },
);
