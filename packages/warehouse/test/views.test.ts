import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
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
  const common = { meanAbsoluteError: null, rootMeanSquaredError: null };
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
