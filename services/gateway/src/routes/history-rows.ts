import Type from 'typebox';
import { nullable } from '../http/nullable.ts';

const EpochMs = Type.Number({ description: 'Epoch milliseconds.' });
const Share = Type.Number({ description: '0 to 1.' });
const MaybeNumber = nullable(Type.Number());
/** What is new in a row is told before its schema says so. */
const OPEN = { additionalProperties: true };

const Window = { windowStart: EpochMs, windowEnd: EpochMs, version: Type.Integer() };

/** A window of a version: its strongest evidence and the verdict that followed. */
export const DriftRow = Type.Object(
  {
    ...Window,
    rows: Type.Integer(),
    late: Type.Integer(),
    dataSeverity: nullable(Share),
    predictionSeverity: nullable(Share),
    conceptSeverity: nullable(Share),
    driftedDetectors: Type.Array(Type.String()),
    leadingDetector: Type.String(),
    leadingFeature: Type.String(),
    state: nullable(Type.String({ description: 'stable, warning, drift or recovering.' })),
    likelihood: nullable(Share),
    confirmedByLabels: nullable(Type.Boolean()),
    changePoint: nullable(EpochMs),
    action: nullable(Type.String()),
    commandId: nullable(Type.String()),
  },
  OPEN,
);

const Evidence = Type.Object({
  signal: Type.String({ description: 'data, prediction or concept.' }),
  detector: Type.String(),
  feature: Type.String({ description: 'Empty for all together.' }),
  windowStart: EpochMs,
  weight: Type.Number({ description: 'Share of the likelihood, 0 to 1.' }),
  text: Type.String({ description: 'In words.' }),
});

const Cause = Type.Object({
  kind: Type.String({
    description:
      'covariate, prior or concept; or a fault of the pipeline: swapped, renamed, unit, constant, placeholder, rounded, nulls, clock, duplicates or gap.',
  }),
  columns: Type.Array(Type.String(), { description: 'Columns that change together for this cause.' }),
  weight: Type.Number({ description: 'How likely beside other kinds of drift, 0 to 1; 1 of a fault.' }),
  share: Type.Number({ description: 'Share of the rows that it is in, 0 to 1.' }),
  segment: Type.String({ description: 'Where it sits, in words; empty for everywhere.' }),
  text: Type.String({ description: 'In words.' }),
  advice: Type.String({ description: 'retrain, restore, mend_source or wait_for_labels.' }),
});

/** What the ensemble concluded. */
export const VerdictRow = Type.Object(
  {
    ...Window,
    model: Type.String(),
    sequence: Type.Integer(),
    state: Type.String({ description: 'stable, warning, drift or recovering.' }),
    likelihood: Share,
    confirmedByLabels: Type.Boolean(),
    evidence: Type.Array(Evidence, { description: 'In order of weight.' }),
    changePoint: nullable(EpochMs),
    changePointFrom: nullable(EpochMs),
    changePointTo: nullable(EpochMs),
    action: Type.String({ description: 'none, retrain, restore, promote or reject.' }),
    commandId: nullable(Type.String()),
    causes: Type.Array(Cause, { description: 'The likeliest first; empty while nothing is wrong.' }),
  },
  OPEN,
);

/** How good a version was in a window. */
export const PerformanceRow = Type.Object(
  {
    ...Window,
    role: Type.String({ description: 'live, canary or shadow.' }),
    answers: Type.Integer(),
    labelled: Type.Integer(),
    labelCoverage: Share,
    estimatedAccuracy: nullable(Share),
    provisionalAccuracy: nullable(Share),
    realisedAccuracy: nullable(Share),
    meanAbsoluteError: MaybeNumber,
    rootMeanSquaredError: MaybeNumber,
    estimatedLower: Type.Optional(
      Type.Union([Type.Number(), Type.Null()], { description: '95 % bound of the estimate.' }),
    ),
    estimatedUpper: Type.Optional(
      Type.Union([Type.Number(), Type.Null()], { description: '95 % bound of the estimate.' }),
    ),
  },
  OPEN,
);

/** The same of one of several outputs. */
export const OutputPerformanceRow = Type.Object(
  {
    ...Window,
    role: Type.String(),
    output: Type.String(),
    answers: Type.Integer(),
    labelled: Type.Integer(),
    figures: Type.Record(Type.String(), MaybeNumber),
  },
  OPEN,
);

/** A step in the life of a model. */
export const HistoryRow = Type.Object(
  {
    version: Type.Integer(),
    kind: Type.String({
      description: 'registered, candidate, rejected, canary, shadow, published or rolledBack.',
    }),
    at: EpochMs,
    eventTime: EpochMs,
    liveVersion: nullable(Type.Integer({ description: 'Live after the step.' })),
    restoredVersion: nullable(Type.Integer()),
    parentVersion: nullable(Type.Integer()),
    commandId: nullable(Type.String()),
    metrics: Type.Record(Type.String(), Type.Number()),
    reasons: Type.Array(Type.String()),
    actor: Type.String(),
    artifact: Type.String(),
    sha256: Type.String(),
  },
  OPEN,
);

const Lag = Type.Record(Type.String(), MaybeNumber, { description: 'p50, p90, p99 and max, ms.' });

/** How late the labels of a day were. */
export const LabelLagRow = Type.Object(
  {
    day: Type.String({ description: 'YYYY-MM-DD.' }),
    labels: Type.Integer(),
    unmatched: Type.Integer(),
    repeated: Type.Integer(),
    eventLagMs: Lag,
    wallLagMs: Lag,
  },
  OPEN,
);

/** A false-alarm budget: what it promises, and what was spent. */
export const AlarmBudgetRow = Type.Object(
  {
    budget: Type.String({ description: 'What steps are counted in: windows, or labelled rows.' }),
    promised: Type.Number({ description: 'Steps between two false alarms; 0 where nothing is watched.' }),
    steps: Type.Integer({ description: 'Steps so far.' }),
    allowed: Type.Number({ description: 'False alarms that so many steps may have.' }),
    alarms: Type.Integer({ description: 'Alarms, true ones among them.' }),
    lastAlarm: nullable(EpochMs),
    raisedBy: Type.Array(Type.String(), { description: 'Detectors, with the feature that they name.' }),
  },
  OPEN,
);

/** The strongest evidence of one signal about one feature in a window. */
export const StrongestRow = Type.Object({
  ...Window,
  signal: Type.String({ description: 'data, prediction or concept.' }),
  feature: Type.String({ description: 'Empty for all together.' }),
  detector: Type.String(),
  statistic: Type.Number(),
  expected: MaybeNumber,
  threshold: Type.Number(),
  pValue: MaybeNumber,
  detail: Type.String({ description: 'What stands out, in words.' }),
  severity: Share,
  drifted: Type.Boolean(),
  rows: Type.Integer(),
});

/** A retrain command with what the trainer said last about it. */
export const CommandRow = Type.Object({
  commandId: Type.String(),
  action: Type.String({ description: 'retrain, restore, promote or reject.' }),
  baseVersion: Type.Integer(),
  restoreVersion: nullable(Type.Integer({ description: 'Version to restore, promote or reject.' })),
  eventTime: EpochMs,
  issuedAt: EpochMs,
  issuedBy: Type.String(),
  selection: Type.Array(
    Type.Object({ from: EpochMs, to: EpochMs, weight: Type.Number(), reason: Type.String() }),
    { description: 'Labelled rows to train on, by event time.' },
  ),
  strategy: Type.String(),
  reasons: Type.Array(Type.String()),
  progress: nullable(
    Type.Object({
      phase: Type.String(),
      version: nullable(Type.Integer()),
      step: Type.Integer(),
      steps: Type.Integer(),
      loss: MaybeNumber,
      message: Type.String(),
      at: EpochMs,
    }),
  ),
});
