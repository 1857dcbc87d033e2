import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { biasBound, runningAccuracy } from '@driftloop/estimates';
import { label, modelSpec, prediction, signal } from './support/records.ts';
import { playScenario, START } from './support/scenario.ts';
import { openTestWarehouse, type TestWarehouse } from './support/test-warehouse.ts';

let parts: TestWarehouse;
before(async () => {
  parts = await openTestWarehouse();
  await playScenario(parts);
});
after(() => parts.close());

const query = (sql: string) =>
  parts.warehouse.query(sql.replaceAll('FROM ', `FROM ${parts.warehouse.database}.`));

test('drift history: strongest evidence of each signal, and the newest verdict of the window', async () => {
  assert.deepEqual(await parts.warehouse.driftHistory('elec'), [
    {
      windowStart: 0,
      windowEnd: 10_000,
      version: 1,
      rows: 100,
      late: 2,
      dataSeverity: 0.25,
      predictionSeverity: 0.5,
      conceptSeverity: 0.75,
      driftedDetectors: ['concept/adwin'],
      leadingDetector: 'adwin',
      leadingFeature: '',
      state: 'drift',
      likelihood: 0.875,
      confirmedByLabels: true,
      changePoint: 3_000,
      action: 'retrain',
      commandId: 'c1',
    },
    {
      windowStart: 10_000,
      windowEnd: 20_000,
      version: 2,
      rows: 100,
      late: 0,
      dataSeverity: null,
      predictionSeverity: 0,
      conceptSeverity: null,
      driftedDetectors: [],
      leadingDetector: 'cbpe',
      leadingFeature: '',
      state: null,
      likelihood: null,
      confirmedByLabels: null,
      changePoint: null,
      action: null,
      commandId: null,
    },
  ]);
});

test('alarm budgets: what was promised, and what raised alarms since', async () => {
  assert.deepEqual(await parts.warehouse.alarmBudget('elec'), [
    {
      budget: 'windows',
      promised: 200,
      steps: 1,
      allowed: 0.005,
      alarms: 1,
      lastAlarm: 10_000,
      raisedBy: [],
    },
    {
      budget: 'rows',
      promised: 50_000,
      steps: 6,
      allowed: 0.00012,
      alarms: 0,
      lastAlarm: null,
      raisedBy: [],
    },
  ]);
  const [windows, rows] = await parts.warehouse.alarmBudget('load');
  // A verdict that an alarm of the row watch led to is none of the windows'.
  assert.deepEqual([windows?.steps, windows?.alarms], [0, 0]);
  assert.deepEqual(
    [rows?.steps, rows?.alarms, rows?.lastAlarm, rows?.raisedBy],
    [2, 1, 1_001, ['row-watch hour']],
  );
  assert.deepEqual(await parts.warehouse.alarmBudget('unknown'), []);
});

test('histories keep the newest rows of a range', async () => {
  const windows = async (range: object) =>
    (await parts.warehouse.driftHistory('elec', range)).map(({ windowStart }) => windowStart);
  assert.deepEqual(await windows({ limit: 1 }), [10_000]);
  assert.deepEqual(await windows({ to: 10_000 }), [0]);
  assert.deepEqual(await windows({ from: 10_000 }), [10_000]);
  assert.deepEqual(await windows({ from: 0, to: Number.MAX_SAFE_INTEGER }), [0, 10_000]);
  assert.deepEqual(await parts.warehouse.driftHistory('unknown'), []);
  assert.deepEqual(
    (await parts.warehouse.verdicts('elec', { limit: 1 })).map(({ sequence }) => sequence),
    [1],
  );
});

test('performance: estimated, provisional and realised accuracy by window, version and role', async () => {
  const common = {
    meanAbsoluteError: null,
    rootMeanSquaredError: null,
    estimatedMeanAbsoluteError: null,
    estimatedLower: null,
    estimatedUpper: null,
    estimates: {},
    accuracy: null,
    accuracyLower: null,
    accuracyUpper: null,
    runningAccuracy: null,
    runningLower: null,
    runningUpper: null,
    limitMetric: '',
    limitValue: null,
    limitMissedLikelihood: null,
  };
  /** Where all labels have come nothing is left to chance. */
  const known = (accuracy: number) => ({
    accuracy,
    accuracyLower: accuracy,
    accuracyUpper: accuracy,
    runningAccuracy: accuracy,
    runningLower: accuracy,
    runningUpper: accuracy,
  });
  assert.deepEqual(await parts.warehouse.performance('elec'), [
    {
      ...common,
      windowStart: 0,
      windowEnd: 10_000,
      version: 1,
      role: 'live',
      answers: 4,
      labelled: 3,
      labelCoverage: 0.75,
      estimatedAccuracy: 0.875,
      accuracy: 0.875,
      provisionalAccuracy: 2 / 3,
      realisedAccuracy: null,
    },
    {
      ...common,
      windowStart: 10_000,
      windowEnd: 20_000,
      version: 1,
      role: 'shadow',
      answers: 2,
      labelled: 2,
      labelCoverage: 1,
      estimatedAccuracy: null,
      provisionalAccuracy: 0.5,
      realisedAccuracy: 0.5,
      ...known(0.5),
    },
    {
      ...common,
      windowStart: 10_000,
      windowEnd: 20_000,
      version: 2,
      role: 'live',
      answers: 2,
      labelled: 2,
      labelCoverage: 1,
      estimatedAccuracy: 0.625,
      provisionalAccuracy: 1,
      realisedAccuracy: 1,
      ...known(1),
    },
  ]);
});

test('performance by windows of any length, and the errors of a regression', async () => {
  const rows = await query(
    `SELECT model, toUnixTimestamp64Milli(window_start) AS start, version, role, answers, labelled, provisional_accuracy AS accuracy,
       mean_absolute_error AS mae, round(root_mean_squared_error, 9) AS rmse
     FROM performance_by(window_ms = 20000) ORDER BY model, start, version`,
  );
  const accuracyOnly = { mae: null, rmse: null };
  assert.deepEqual(rows, [
    {
      ...accuracyOnly,
      model: 'elec',
      start: 0,
      version: 1,
      role: 'live',
      answers: 4,
      labelled: 3,
      accuracy: 2 / 3,
    },
    {
      ...accuracyOnly,
      model: 'elec',
      start: 0,
      version: 1,
      role: 'shadow',
      answers: 2,
      labelled: 2,
      accuracy: 0.5,
    },
    {
      ...accuracyOnly,
      model: 'elec',
      start: 0,
      version: 2,
      role: 'live',
      answers: 2,
      labelled: 2,
      accuracy: 1,
    },
    {
      ...accuracyOnly,
      model: 'elec',
      start: 20_000,
      version: 2,
      role: 'canary',
      answers: 1,
      labelled: 0,
      accuracy: null,
    },
    {
      model: 'load',
      start: 0,
      version: 1,
      role: 'live',
      answers: 2,
      labelled: 2,
      accuracy: null,
      mae: 3,
      rmse: Number(Math.sqrt(10).toFixed(9)),
    },
  ]);
});

test('label lag: percentiles by event time and wall clock, unmatched and repeated labels', async () => {
  // Event lags of the seven that match: 1000, 500, 2000, 0, 8000, 100, 0. Wall-clock lags: 10000
  // less 100 per request, plus 1 per label.
  assert.deepEqual(await parts.warehouse.labelLag('elec'), [
    {
      day: new Date(START).toISOString().slice(0, 10),
      labels: 8,
      unmatched: 1,
      repeated: 1,
      eventLagMs: { p50: 500, p90: 8_000, p99: 8_000, max: 8_000 },
      wallLagMs: { p50: 9_802, p90: 10_004, p99: 10_004, max: 10_004 },
    },
  ]);
});

test('model history: every step with the version that is live after it', async () => {
  const history = await parts.warehouse.modelHistory('elec');
  assert.deepEqual(
    history.map(({ version, kind, liveVersion }) => [version, kind, liveVersion]),
    [
      [1, 'registered', null],
      [1, 'published', 1],
      [2, 'registered', 1],
      [2, 'published', 2],
      [2, 'rolledBack', 1],
    ],
  );
  assert.deepEqual(history[3], {
    version: 2,
    kind: 'published',
    at: 1_700_000_000_000,
    eventTime: 10_000,
    liveVersion: 2,
    restoredVersion: null,
    parentVersion: null,
    commandId: null,
    metrics: { accuracy: 0.75 },
    reasons: [],
    actor: 'test',
    artifact: 'file:///artifacts/1',
    sha256: 'ab',
  });
});

test('prequential: accuracy as labels come in, of what was served and of a shadow', async () => {
  const rows = await query(
    `SELECT series, request_id AS id, correct, labelled, round(accuracy, 6) AS accuracy, round(recent_accuracy, 6) AS recent
     FROM prequential WHERE model = 'elec' ORDER BY series, labelled`,
  );
  const row = (series: string, id: string, correct: number, labelled: number, accuracy: number) => ({
    series,
    id,
    correct,
    labelled,
    accuracy,
    recent: accuracy,
  });
  assert.deepEqual(rows, [
    row('served', 'r1', 1, 1, 1),
    row('served', 'r2', 0, 2, 0.5),
    row('served', 'r3', 1, 3, 0.666667),
    row('served', 'r5', 1, 4, 0.75),
    row('served', 'r6', 1, 5, 0.8),
    row('shadow 1', 'r5', 0, 1, 0),
    row('shadow 1', 'r6', 1, 2, 0.5),
  ]);
});

test('summary: what happened to the traffic', async () => {
  assert.deepEqual(await parts.warehouse.summary('elec', { from: START, compareWith: 1 }), {
    requests: 9,
    answered: 7,
    predictions: 7,
    shadowPredictions: 2,
    repeated: 1,
    duplicated: 1,
    deadLettered: 1,
    lost: 1,
    latencyMs: { p50: 4, p99: 7, max: 7 },
    labelled: 5,
    accuracy: { served: 0.8, comparison: { rows: 5, served: 0.8, other: 0.6 } },
    windows: 1,
    verdicts: { stable: 0, warning: 1, drift: 1, recovering: 0 },
    commands: { retrain: 0, restore: 0, promote: 0, reject: 0 },
    events: { registered: 2, candidate: 0, rejected: 0, canary: 0, shadow: 0, published: 2, rolledBack: 1 },
  });
});

test('summary: counts only requests of its span; of a regression and of nothing it says no accuracy', async () => {
  const part = await parts.warehouse.summary('elec', { from: START + 100, to: START + 500, compareWith: 9 });
  assert.equal(part.requests, 4);
  assert.equal(part.predictions, 4);
  assert.equal(part.labelled, 3);
  assert.equal(part.accuracy.comparison, null);
  const load = await parts.warehouse.summary('load');
  assert.equal(load.labelled, 2);
  assert.deepEqual(load.accuracy, { served: null, comparison: null });
  const nothing = await parts.warehouse.summary('unknown');
  assert.equal(nothing.requests, 0);
  assert.equal(nothing.latencyMs, null);
});

test('estimates are put right by labels as they come, by the rule of packages/estimates', async () => {
  const model = 'loan';
  // Window 0 has all labels, of window 1 every second one is still to come.
  const rows = Array.from({ length: 4_000 }, (_, i) => ({
    id: `l${i}`,
    eventTime: 5 * i,
    chance: 0.5 + 0.4 * (((i * 7919) % 101) / 101),
    isRight: (i * 104_729) % 10 < 6,
    isLabelled: i < 2_000 || i % 2 === 0,
  }));
  await parts.producer.send('model.specs', [{ key: model, value: modelSpec({ model }) }]);
  await parts.producer.send(
    'inference.predictions',
    rows.map(({ id, eventTime, chance }, i) => ({
      key: id,
      partition: 0,
      value: prediction({
        model,
        requestId: id,
        eventTime,
        requestOffset: 10_000 + i,
        expected: Float32Array.of(chance),
      }),
    })),
  );
  await parts.producer.send(
    'inference.labels',
    rows
      .filter(({ isLabelled }) => isLabelled)
      .map(({ id, eventTime, isRight }) => ({
        key: id,
        partition: 0,
        value: label({ model, requestId: id, label: Number(isRight), eventTime }),
      })),
  );
  const told = { model, signal: 'prediction', pValue: null, statistic: 0.7, lower: 0.5, upper: 0.9 } as const;
  await parts.producer.send(
    'drift.signals',
    [0, 1].flatMap((window) => {
      const at = { windowStart: window * 10_000, windowEnd: (window + 1) * 10_000 };
      return [
        { key: model, value: signal({ ...told, ...at, detector: 'estimates', feature: 'accuracy' }) },
        {
          key: model,
          value: signal({
            ...told,
            ...at,
            detector: 'estimates',
            feature: 'f1',
            statistic: 0.6,
            lower: null,
            upper: null,
          }),
        },
        {
          key: model,
          value: signal({
            ...told,
            ...at,
            detector: 'limit',
            feature: 'accuracy',
            threshold: 0.8,
            pValue: 0.25,
          }),
        },
      ];
    }),
  );
  for (const topic of ['model.specs', 'inference.predictions', 'inference.labels', 'drift.signals'] as const)
    await parts.settled(topic);
  const found = await parts.warehouse.performance(model);
  assert.equal(found.length, 2);
  const [first, second] = found;
  assert.deepEqual(first?.estimates, { accuracy: 0.7, f1: 0.6 });
  assert.deepEqual(
    [
      first?.estimatedAccuracy,
      first?.estimatedLower,
      first?.estimatedUpper,
      first?.limitMetric,
      first?.limitValue,
      first?.limitMissedLikelihood,
    ],
    [0.7, 0.5, 0.9, 'accuracy', 0.8, 0.75],
  );
  assert.equal(first?.accuracy, first?.realisedAccuracy);
  assert.equal(first?.accuracyLower, first?.accuracy);

  const chances = rows.map(({ chance }) => Math.fround(chance));
  const residuals = { rows: 0, sum: 0, squares: 0 };
  for (const [i, { isLabelled, isRight }] of rows.entries()) {
    if (!isLabelled) continue;
    const residual = Number(isRight) - (chances[i] ?? 0);
    residuals.rows++;
    residuals.sum += residual;
    residuals.squares += residual ** 2;
  }
  const late = rows.flatMap(({ isLabelled }, i) => (isLabelled ? [] : [chances[i] ?? 0]));
  const right = rows.filter(({ isLabelled, isRight }, i) => i >= 2_000 && isLabelled && isRight).length;
  const expected = late.reduce((sum, chance) => sum + chance, 0);
  const variance = late.reduce((sum, chance) => sum + chance * (1 - chance), 0);
  const accuracy = (right + expected + (late.length * residuals.sum) / residuals.rows) / 2_000;
  const halfWidth = (late.length * biasBound(residuals, 0.025) + 2.2414 * Math.sqrt(variance)) / 2_000;
  assert.ok(halfWidth < 0.1, `${halfWidth}`);
  const labelled = rows.filter(({ isLabelled }) => isLabelled);
  const running = runningAccuracy(
    {
      labelled: labelled.length,
      hits: labelled.filter(({ isRight }) => isRight).length,
      unlabelled: late.length,
      expectedHits: expected,
      expectedVariance: variance,
      residuals,
    },
    0.05,
  );
  for (const [value, wanted] of [
    [second?.runningAccuracy, running?.accuracy],
    [second?.runningLower, running?.lower],
    [second?.runningUpper, running?.upper],
    [second?.accuracy, accuracy],
    [second?.accuracyLower, accuracy - halfWidth],
    [second?.accuracyUpper, accuracy + halfWidth],
  ])
    assert.ok(Math.abs((value ?? Number.NaN) - (wanted ?? 0)) < 1e-9, `${value}, not ${wanted}`);
});
