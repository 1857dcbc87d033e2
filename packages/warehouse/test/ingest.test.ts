import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { RetrainCommand } from '@driftloop/schemas';
import { label, modelEvent, modelSpec, prediction, request, signal, verdict } from './support/records.ts';
import { openTestWarehouse, type TestWarehouse } from './support/test-warehouse.ts';

let parts: TestWarehouse;
before(async () => {
  parts = await openTestWarehouse();
});
after(() => parts.close());

/** Rows of a view without the Kafka time, which differs from run to run. */
async function rowsOf(view: string, order: string, columns = '*'): Promise<Record<string, unknown>[]> {
  const { warehouse } = parts;
  const rows = await warehouse.query<Record<string, unknown>>(
    `SELECT ${columns} FROM ${warehouse.database}.${view} ORDER BY ${order}`,
  );
  return rows.map(({ kafka_timestamp: _, ...row }) => row);
}

test('a request arrives with every field, missing values too', async () => {
  const timestamp = Date.now() - 5_000;
  await parts.producer.send('inference.requests', [
    {
      key: 'r-1',
      partition: 2,
      timestamp,
      value: request({
        requestId: 'r-1 ü\'"\\',
        eventTime: 831_600_000_007,
        features: Float32Array.of(1.5, Number.NaN, -3),
        numbers: { 'größe in m': 1.75, age: -0.1 },
        texts: { job: "o'Neill" },
        vectors: { review: Float32Array.of(0.5, -2) },
      }),
    },
  ]);
  await parts.settled('inference.requests');
  const { warehouse } = parts;
  const [row] = await warehouse.query<Record<string, unknown>>(
    `SELECT * REPLACE (arrayMap(x -> toString(x), features) AS features) FROM ${warehouse.database}.requests`,
  );
  assert.deepEqual(row, {
    model: 'elec',
    event_time: '1996-05-09 00:00:00.007',
    request_id: 'r-1 ü\'"\\',
    features: ['1.5', 'nan', '-3'],
    numbers: { 'größe in m': 1.75, age: -0.1 },
    texts: { job: "o'Neill" },
    vectors: { review: [0.5, -2] },
    kafka_partition: 2,
    kafka_offset: 0,
    kafka_timestamp: new Date(timestamp).toISOString().replace('T', ' ').replace('Z', ''),
  });
});

test('a prediction arrives with every field', async () => {
  await parts.producer.send('inference.predictions', [
    {
      key: 'p-1',
      partition: 1,
      value: prediction({
        requestId: 'p-1',
        version: 3,
        eventTime: 831_600_000_000,
        role: 'canary',
        predicted: 1,
        requestPartition: 1,
        requestOffset: 77,
        requestTime: 1_700_000_000_456,
        expected: Float32Array.of(0.625),
      }),
    },
  ]);
  await parts.settled('inference.predictions');
  assert.deepEqual(await rowsOf('predictions', 'request_id'), [
    {
      model: 'elec',
      event_time: '1996-05-09 00:00:00.000',
      request_id: 'p-1',
      version: 3,
      role: 'canary',
      predicted: 1,
      outputs: [0.25, 0.75],
      expected: [0.625],
      served_at: '2023-11-14 22:13:20.123',
      request_partition: 1,
      request_offset: 77,
      request_time: '2023-11-14 22:13:20.456',
      kafka_partition: 1,
      kafka_offset: 0,
      messages: 1,
    },
  ]);
});

test('a label arrives with every field', async () => {
  await parts.producer.send('inference.labels', [
    {
      key: 'l-1',
      partition: 3,
      value: label({
        requestId: 'l-1',
        label: 0.5,
        labelName: 'ja',
        values: [0.5, -2],
        labelNames: ['a', 'b'],
        eventTime: 831_600_000_000,
      }),
    },
  ]);
  await parts.settled('inference.labels');
  assert.deepEqual(await rowsOf('labels', 'request_id'), [
    {
      model: 'elec',
      event_time: '1996-05-09 00:00:00.000',
      request_id: 'l-1',
      label: 0.5,
      label_name: 'ja',
      label_values: [0.5, -2],
      label_names: ['a', 'b'],
      kafka_partition: 3,
      kafka_offset: 0,
    },
  ]);
});

test('a signal arrives with every field', async () => {
  const value = signal({
    version: 2,
    windowStart: 831_600_000_000,
    windowEnd: 831_600_010_000,
    signal: 'concept',
    detector: 'adwin',
    feature: '',
    pValue: null,
    drifted: true,
    changePoint: 831_600_004_000,
    changePointFrom: 831_600_003_000,
    changePointTo: 831_600_005_000,
    expected: 0.2,
    lower: 0.1,
    upper: 0.3,
    detail: 'what stands out',
    rival: 1,
    eValue: 2.5,
    ordinal: 3,
    total: 5,
    late: 4,
    ahead: 6,
    through: [
      { partition: 0, offset: 11 },
      { partition: 3, offset: 12 },
    ],
  });
  await parts.producer.send('drift.signals', [{ key: 'elec', partition: 0, value }]);
  await parts.settled('drift.signals');
  assert.deepEqual(await rowsOf('signals', 'model'), [
    {
      model: 'elec',
      window_start: '1996-05-09 00:00:00.000',
      window_end: '1996-05-09 00:00:10.000',
      signal: 'concept',
      version: 2,
      detector: 'adwin',
      feature: '',
      statistic: 0.125,
      p_value: null,
      threshold: 0.25,
      expected: 0.2,
      lower: 0.1,
      upper: 0.3,
      detail: 'what stands out',
      n: 100,
      severity: 0.1,
      drifted: true,
      change_point: '1996-05-09 00:00:04.000',
      change_point_from: '1996-05-09 00:00:03.000',
      change_point_to: '1996-05-09 00:00:05.000',
      rival: 1,
      e_value: 2.5,
      ordinal: 3,
      total: 5,
      late: 4,
      ahead: 6,
      through: [
        { partition: 0, offset: 11 },
        { partition: 3, offset: 12 },
      ],
      kafka_partition: 0,
      kafka_offset: 0,
    },
  ]);
});

test('what no window holds is told by model and signal: so many came late, so many were ahead', async () => {
  const at = { key: 'left-out', partition: 1 };
  const counted = (windowEnd: number, late: number, ahead: number) =>
    signal({ model: 'left-out', signal: 'prediction', windowStart: windowEnd - 10, windowEnd, late, ahead });
  await parts.producer.send('drift.signals', [
    { ...at, value: counted(1_000, 1, 0) },
    { ...at, value: counted(2_000, 3, 5) },
  ]);
  await parts.settled('drift.signals');
  const { query, database } = parts.warehouse;
  assert.deepEqual(
    await query(
      `SELECT model, signal, toUnixTimestamp64Milli(up_to) AS up_to, toInt32(late) AS late, toInt32(ahead) AS ahead FROM ${database}.left_out WHERE model = 'left-out'`,
    ),
    [{ model: 'left-out', signal: 'prediction', up_to: 2_000, late: 3, ahead: 5 }],
  );
});

test('a verdict comes back as it was sent', async () => {
  const value = verdict({
    version: 2,
    windowStart: 831_600_000_000,
    windowEnd: 831_600_010_000,
    sequence: 7,
    state: 'drift',
    likelihood: 0.875,
    confirmedByLabels: true,
    evidence: [
      {
        signal: 'data',
        detector: 'ks',
        feature: 'price',
        windowStart: 831_600_000_000,
        weight: 0.75,
        text: 'price fell',
      },
      {
        signal: 'concept',
        detector: 'adwin',
        feature: '',
        windowStart: 831_599_990_000,
        weight: 0.25,
        text: 'é',
      },
    ],
    changePoint: 831_600_004_000,
    changePointFrom: 831_600_003_000,
    action: 'retrain',
    commandId: 'c-1',
    causes: [
      {
        ...{ kind: 'unit', columns: ['price', 'größe'], weight: 1, share: 0.25, segment: '' },
        ...{ text: 'price and größe come in another unit', advice: 'mend_source' as const },
      },
    ],
  });
  await parts.producer.send('drift.verdicts', [{ key: 'elec', value }]);
  await parts.settled('drift.verdicts');
  assert.deepEqual(await parts.warehouse.verdicts('elec'), [value]);
});

test('a command arrives with every field', async () => {
  const value: RetrainCommand = {
    commandId: 'c-1',
    model: 'elec',
    baseVersion: 2,
    action: 'restore',
    restoreVersion: 1,
    rollout: 'shadow',
    eventTime: 831_600_000_000,
    issuedAt: 1_700_000_000_000,
    issuedBy: 'ensemble',
    selection: [{ from: 831_600_000_000, to: 831_600_010_000, weight: 0.5, reason: 'after the change' }],
    labelsThrough: [{ partition: 1, offset: 500 }],
    strategy: 'reservoir',
    maxSeconds: 1.5,
    maxSteps: 300,
    reasons: ['drift', 'labels'],
  };
  await parts.producer.send('retrain.commands', [{ key: 'elec', partition: 0, value }]);
  await parts.settled('retrain.commands');
  assert.deepEqual(await rowsOf('commands', 'model'), [
    {
      model: 'elec',
      command_id: 'c-1',
      base_version: 2,
      action: 'restore',
      restore_version: 1,
      rollout: 'shadow',
      event_time: '1996-05-09 00:00:00.000',
      issued_at: '2023-11-14 22:13:20.000',
      issued_by: 'ensemble',
      selection: [
        {
          from: '1996-05-09 00:00:00.000',
          to: '1996-05-09 00:00:10.000',
          weight: 0.5,
          reason: 'after the change',
        },
      ],
      labels_through: [{ partition: 1, offset: 500 }],
      strategy: 'reservoir',
      max_seconds: 1.5,
      max_steps: 300,
      reasons: ['drift', 'labels'],
      kafka_partition: 0,
      kafka_offset: 0,
    },
  ]);
});

test('training progress arrives with every field', async () => {
  await parts.producer.send('training.progress', [
    {
      key: 'elec',
      value: {
        model: 'elec',
        commandId: 'c-1',
        phase: 'training',
        version: null,
        step: 100,
        steps: 300,
        loss: 0.5,
        metrics: { samplesPerSecond: 40_000, accuracy: 0.75 },
        at: 1_700_000_000_000,
        message: 'on its way',
      },
    },
  ]);
  await parts.settled('training.progress');
  assert.deepEqual(await rowsOf('training_progress', 'step'), [
    {
      model: 'elec',
      command_id: 'c-1',
      phase: 'training',
      version: null,
      step: 100,
      steps: 300,
      loss: 0.5,
      metrics: { samplesPerSecond: 40_000, accuracy: 0.75 },
      at: '2023-11-14 22:13:20.000',
      message: 'on its way',
      kafka_partition: 0,
      kafka_offset: 0,
    },
  ]);
});

test('the newest spec of a model arrives with every field', async () => {
  await parts.producer.send('model.specs', [
    { key: 'elec', value: modelSpec({ classes: 9 }) },
    {
      key: 'elec',
      value: modelSpec({
        classNames: ['-1', '1'],
        drift: {
          expectedWindowsBetweenFalseAlarms: 200,
          detectors: ['ks', 'adwin'],
          limits: [{ metric: 'accuracy', value: 0.75 }],
        },
        outputs: [
          { name: 'low', target: 'price', quantile: 0.1 },
          { name: 'days' },
          { name: 'high', target: 'price', quantile: 0.9 },
        ],
        features: [
          { name: 'price', kind: 'numeric', allowMissing: true },
          { name: 'day', kind: 'categorical', allowMissing: false, categories: ['Mo', 'Di'] },
          { name: 'review', kind: 'embedding', size: 384, allowMissing: false },
        ],
      }),
    },
  ]);
  await parts.settled('model.specs');
  assert.deepEqual(await rowsOf('model_specs', 'model'), [
    {
      model: 'elec',
      task: 'binary',
      classes: 2,
      class_names: ['-1', '1'],
      class_numbers: [-1, 1],
      outputs: [
        { name: 'low', role: 'quantile', target: 1, quantile: 0.1 },
        { name: 'days', role: 'value', target: 2, quantile: 0 },
        { name: 'high', role: 'quantile', target: 1, quantile: 0.9 },
      ],
      targets: ['price', 'days'],
      features: [
        { name: 'price', kind: 'numeric', allow_missing: true },
        { name: 'day', kind: 'categorical', allow_missing: false },
        { name: 'review', kind: 'embedding', allow_missing: false },
      ],
      categories: [[], ['Mo', 'Di'], []],
      sizes: [0, 0, 384],
      window_length_ms: 10_000,
      window_allowed_lateness_ms: 500,
      window_min_samples: 30,
      window_allowed_ahead_ms: 0,
      window_partition_idle_ms: 10_000,
      drift_expected_windows_between_false_alarms: 200,
      drift_detectors: ['ks', 'adwin'],
      drift_limits: [{ metric: 'accuracy', value: 0.75 }],
      drift_expected_rows_between_false_alarms: 50_000,
      retrain_enabled: true,
      retrain_strategy: 'reservoir',
      retrain_cooldown_ms: 5_000,
      retrain_min_labels: 100,
      retrain_max_rows: 5_000,
      retrain_max_seconds: 1.5,
      retrain_max_steps: 300,
      retrain_max_age_ms: 9,
      rollout_canary_share: 0.125,
      rollout_shadow_versions: [1, 2],
      rollout_needs_approval: false,
      rollout_latency_margin: 0.5,
      rollout_error_margin: 0.01,
      updated_at: '2023-11-14 22:13:20.000',
      kafka_partition: 0,
      kafka_offset: 1,
    },
  ]);
});

test('a model event arrives with every field', async () => {
  const value = modelEvent({
    version: 2,
    kind: 'rolledBack',
    restoredVersion: 1,
    eventTime: 831_600_000_000,
    parentVersion: 1,
    commandId: 'c-1',
    metrics: { accuracy: 0.75 },
    reasons: ['worse on new labels'],
  });
  await parts.producer.send('model.events', [{ key: 'elec', value }]);
  await parts.settled('model.events');
  assert.deepEqual(await rowsOf('model_events', 'version'), [
    {
      model: 'elec',
      version: 2,
      kind: 'rolledBack',
      restored_version: 1,
      at: '2023-11-14 22:13:20.000',
      event_time: '1996-05-09 00:00:00.000',
      artifact: 'file:///artifacts/1',
      sha256: 'ab',
      parent_version: 1,
      command_id: 'c-1',
      metrics: { accuracy: 0.75 },
      reasons: ['worse on new labels'],
      actor: 'test',
      kafka_partition: 0,
      kafka_offset: 0,
    },
  ]);
});

test('a dead letter arrives with its original bytes', async () => {
  const value = Uint8Array.of(0, 255, 10, 92);
  await parts.producer.send('dead.letters', [
    {
      key: 'k',
      value: {
        topic: 'inference.requests',
        partition: 2,
        offset: 9,
        key: null,
        value,
        code: 'RECORD_NOT_AVRO',
        reason: 'because',
        service: 'inference',
        at: 1_700_000_000_000,
      },
    },
  ]);
  await parts.settled('dead.letters');
  assert.deepEqual(await rowsOf('dead_letters', 'offset', '* REPLACE (hex(value) AS value)'), [
    {
      topic: 'inference.requests',
      partition: 2,
      offset: 9,
      service: 'inference',
      key: null,
      value: '00FF0A5C',
      code: 'RECORD_NOT_AVRO',
      reason: 'because',
      at: '2023-11-14 22:13:20.000',
      kafka_partition: 0,
      kafka_offset: 0,
    },
  ]);
});
