import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DriftSignal } from '@driftloop/schemas';
import type { LabelledRows } from '@driftloop/spec';
import { createRandom } from '@driftloop/stats';
import { buildReferenceProfile, createReplay, type ReplayRecord, replay, SLOT_MS } from '../../src/index.ts';
import { answersOf, profileOf, rowsOf, specOf } from '../fixtures.ts';
import { CAR_LOAN_FEATURES, readCarLoans, STEP_MS } from './car-loan.ts';

const PARTITIONS = 2;

/**
 * Requests and answers in order, each label `lag` rows later, over two partitions; so many rows
 * come in a slot of log time.
 */
function streamOf(
  data: LabelledRows,
  outputs: Float32Array,
  lag: number,
  version: (row: number) => number,
  rowsPerSlot = 32,
) {
  const records: ReplayRecord[] = [];
  const width = data.width;
  for (let row = 0; row < data.rows + lag; row++) {
    const timestamp = 1 + Math.floor((row * SLOT_MS) / rowsPerSlot);
    const place = (i: number) => ({
      partition: i % PARTITIONS,
      offset: Math.floor(i / PARTITIONS),
      timestamp,
    });
    if (row < data.rows) {
      const requestId = `r${row}`;
      const eventTime = data.eventTimes[row] ?? 0;
      const answer = outputs.subarray(2 * row, 2 * row + 2);
      const { partition, offset } = place(row);
      records.push({
        topic: 'inference.requests',
        ...place(row),
        value: {
          requestId,
          model: 'm',
          eventTime,
          features: data.features.subarray(row * width, (row + 1) * width),
        },
      });
      records.push({
        topic: 'inference.predictions',
        ...place(row),
        value: {
          requestId,
          model: 'm',
          version: version(row),
          eventTime,
          servedAt: 0,
          outputs: answer,
          predicted: Number((answer[1] ?? 0) >= 0.5),
          role: 'live',
          requestPartition: partition,
          requestOffset: offset,
          requestTime: timestamp,
        },
      });
    }
    const labelled = row - lag;
    if (labelled < 0) continue;
    records.push({
      topic: 'inference.labels',
      ...place(labelled),
      value: {
        requestId: `r${labelled}`,
        model: 'm',
        label: data.labels[labelled] ?? 0,
        eventTime: data.eventTimes[Math.min(row, data.rows - 1)] ?? 0,
      },
    });
  }
  return records;
}

const spec = specOf({ numeric: 2, lengthMs: 200, minSamples: 100, retrain: { minLabels: 300 } });
const profile = profileOf(spec, 1500);
const versions = [1, 2].map((version) => ({ version, profile }));

function simple(rows = 3000, rowsPerSlot = 32) {
  const data = rowsOf(spec, rows, createRandom(8));
  // From row 1,600 on the classes are turned.
  const labels = data.labels.map((label, i) => (i < 1600 ? label : 1 - label));
  return streamOf({ ...data, labels }, answersOf(data), 300, (row) => (row < 2200 ? 1 : 2), rowsPerSlot);
}

test('the same slice gives the same bytes, twice', () => {
  const first = JSON.stringify(replay({ spec, versions, records: simple() }));
  assert.equal(JSON.stringify(replay({ spec, versions, records: simple() })), first);
});

test('a turned concept is found when its labels come, not before, and asks for a retrain', () => {
  const { verdicts, commands } = replay({ spec, versions, records: simple() });
  const [drift] = verdicts.filter(({ state }) => state === 'drift');
  assert.ok(drift?.confirmedByLabels);
  assert.ok(drift.windowStart >= 1600 && drift.windowStart <= 1800, String(drift.windowStart));
  assert.ok(Math.abs((drift.changePoint ?? 0) - 1600) <= 200);
  assert.ok(commands.length > 0);
  assert.equal(commands[0]?.baseVersion, 1);
});

test('how fast rows come moves decisions in time, not in kind', () => {
  const statesOf = (rowsPerSlot: number) => {
    const { signals } = replay({ spec, versions, records: simple(3000, rowsPerSlot) });
    return signals
      .filter(({ detector }) => detector === 'accuracy')
      .map(({ windowStart, version, n, statistic, drifted }) => [
        windowStart,
        version,
        n,
        statistic,
        drifted,
      ]);
  };
  assert.deepEqual(statesOf(1), statesOf(8));
  assert.deepEqual(statesOf(8), statesOf(500));
});

test('how fast rows come changes nothing that a test of a window says, also where it looks at a sample', () => {
  const data = rowsOf(spec, 2000, createRandom(8));
  const found = (rowsPerSlot: number) => {
    const records = streamOf(data, answersOf(data), 300, () => 1, rowsPerSlot);
    return replay({ spec, versions, records }).signals.map(({ through: _through, ...signal }) =>
      JSON.stringify(signal),
    );
  };
  const expected = found(1).sort();
  assert.ok(expected.some((signal) => signal.includes('"mmd"')));
  for (const rowsPerSlot of [8, 77, 3000]) assert.deepEqual(found(rowsPerSlot).sort(), expected);
});

test('versions in shadow are compared with the live one by what they answered before it, once each', () => {
  const shadowOf = (record: ReplayRecord, version: number, predicted: number): ReplayRecord[] =>
    record.topic === 'inference.predictions'
      ? [{ ...record, value: { ...record.value, version, predicted, role: 'shadow' } }]
      : [];
  const comparisons = (spread: (record: ReplayRecord) => ReplayRecord[]) =>
    replay({ spec, versions, records: simple(1000).flatMap(spread) })
      .signals.filter(({ detector }) => detector === 'shadow')
      .map(({ windowStart, version, rival, statistic }) => [windowStart, version, rival, statistic]);
  assert.deepEqual(
    comparisons((record) => [record]),
    [],
  );
  const expected = comparisons((record) => [...shadowOf(record, 2, 1), record]);
  assert.ok(expected.length > 2);
  assert.ok(expected.every(([, version, rival]) => version === 1 && rival === 2));
  // A relay that was restarted may repeat itself.
  const repeated = comparisons((record) => [
    ...shadowOf(record, 2, 1),
    ...shadowOf(record, 2, 0),
    record,
    ...shadowOf(record, 2, 0),
    ...shadowOf(record, 7, 0),
  ]);
  assert.deepEqual(repeated, expected);
});

test('repeated answers and labels, labels of unknown requests and other models change nothing', () => {
  const records = simple(1000);
  const other: ReplayRecord = {
    topic: 'inference.labels',
    partition: 0,
    offset: 9000,
    timestamp: 5,
    value: { requestId: 'nobody', model: 'other', label: 1, eventTime: 5 },
  };
  // Where a window was passed is told by rows, and a label that comes twice is two of them.
  const concluded = (input: readonly ReplayRecord[]) => {
    const { signals, verdicts, commands } = replay({ spec, versions, records: input });
    return { signals: signals.map((signal) => ({ ...signal, through: [] })), verdicts, commands };
  };
  const expected = concluded(records);
  const twice = records.flatMap((record): ReplayRecord[] =>
    record.topic === 'inference.requests' ? [record] : [record, record],
  );
  assert.deepEqual(concluded([...twice, other]), expected);
});

test('a version without a profile is named', () => {
  const [first] = versions;
  assert.ok(first);
  assert.throws(() => replay({ spec, versions: [first], records: simple() }), {
    code: 'VERSION_UNKNOWN',
    message: /Version 2 of m/,
  });
});

test('an empty slice has nothing to say', () => {
  assert.deepEqual(replay({ spec, versions, records: [] }), { signals: [], verdicts: [], commands: [] });
});

test('without drift, 200 windows of 20 seeds raise no more alarms than the budget allows; drift after them is found', () => {
  const SEEDS = 20;
  const WINDOWS = 200;
  const BUDGET = 200;
  const ROWS = 60;
  const quiet = specOf({
    numeric: 2,
    lengthMs: ROWS,
    minSamples: ROWS / 2,
    budget: BUDGET,
    retrain: { enabled: false },
  });
  let alarms = 0;
  let found = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = createRandom(seed);
    const reference = rowsOf(quiet, 2000, random);
    const built = buildReferenceProfile({ spec: quiet, data: reference, outputs: answersOf(reference) });
    const change = WINDOWS * ROWS;
    const data = rowsOf(quiet, change + 10 * ROWS, random);
    const labels = data.labels.map((label, row) => (row < change ? label : 1 - label));
    const records = streamOf({ ...data, labels }, answersOf(data), 2 * ROWS, () => 1);
    const { verdicts } = replay({ spec: quiet, versions: [{ version: 1, profile: built }], records });
    const begins = verdicts.filter(
      ({ state }, i) => state !== 'stable' && (verdicts[i - 1]?.state ?? 'stable') === 'stable',
    );
    alarms += begins.filter(({ windowStart }) => windowStart < change).length;
    found += Number(verdicts.some(({ state, windowStart }) => state === 'drift' && windowStart >= change));
  }
  // One alarm in 200 windows is accepted.
  assert.ok(alarms <= (SEEDS * WINDOWS) / BUDGET, `${alarms} alarms`);
  assert.equal(found, SEEDS);
});

test('car loans: a warning in the first window after the drift begins, while labels lag; nothing before', () => {
  const { reference, analysis } = readCarLoans();
  const WINDOW = 1000;
  const loans = {
    ...specOf({ lengthMs: WINDOW * STEP_MS, minSamples: 100, retrain: { enabled: false } }),
    features: CAR_LOAN_FEATURES,
  };
  const outputsOf = (probability: Float32Array) =>
    Float32Array.from({ length: 2 * probability.length }, (_, i) => {
      const positive = probability[i >> 1] ?? 0;
      return i % 2 ? positive : 1 - positive;
    });
  const built = buildReferenceProfile({
    spec: loans,
    data: reference.data,
    outputs: outputsOf(reference.probability),
  });
  const records = streamOf(analysis.data, outputsOf(analysis.probability), 5 * WINDOW, () => 1);
  const { verdicts } = replay({
    spec: loans,
    versions: [{ version: 1, profile: built }],
    records,
  });
  const begin = (50_000 + 25_000) * STEP_MS;
  const [first] = verdicts.filter(({ state }) => state !== 'stable');
  assert.equal(first?.state, 'warning');
  assert.equal(first?.windowStart, begin);
  assert.equal(first?.changePoint, begin);
  assert.equal(first?.confirmedByLabels, false);
  assert.ok(verdicts.some(({ state, confirmedByLabels }) => state === 'drift' && confirmedByLabels));
});

test('records of different partitions may come in any order: the same history, byte for byte', () => {
  const records = simple(2000, 8);
  const keyOf = ({ topic, partition }: ReplayRecord) => `${topic}/${partition}`;
  const expected = JSON.stringify(replay({ spec, versions, records }));
  const byPartition = [...Map.groupBy(records, keyOf).values()];
  assert.equal(JSON.stringify(replay({ spec, versions, records: byPartition.flat() })), expected);
  assert.equal(JSON.stringify(replay({ spec, versions, records: byPartition.reverse().flat() })), expected);
});

test('partitions that have brought nothing change nothing: a log from before they were added is concluded as it was then', () => {
  const impatient = { ...spec, window: { ...spec.window, partitionIdleMs: 10 * SLOT_MS } };
  // Single rows come when their windows have closed.
  const records = simple(2000, 8).map(
    (record): ReplayRecord =>
      record.topic === 'inference.requests' && record.offset % 25 === 24
        ? { ...record, value: { ...record.value, eventTime: record.value.eventTime - 210 } }
        : record,
  );
  const [before, since] = [PARTITIONS, PARTITIONS + 3].map((count) => {
    const all = { 'inference.requests': count, 'inference.predictions': count, 'inference.labels': count };
    return replay({ spec: impatient, versions, records, partitions: all });
  });
  assert.ok(before?.signals.some(({ late }) => late > 0));
  assert.equal(JSON.stringify(since), JSON.stringify(before));
});

test('a replay that is fed record by record concludes the same', () => {
  const records = simple(2000, 8);
  const { signals, verdicts, commands } = replay({
    spec,
    versions,
    records,
    live: [{ version: 1, since: 0 }],
  });
  const fed = createReplay(spec, { partitions: PARTITIONS });
  for (const { version, profile: own } of versions.toReversed()) fed.publish({ version, profile: own });
  const parts = [...records.map((record) => fed.push(record)), fed.finish()];
  const labels = (all: readonly DriftSignal[]) => all.filter(({ signal }) => signal !== 'data');
  assert.deepEqual(labels(parts.flatMap((part) => [...part.signals])), labels(signals));
  assert.equal(parts.flatMap((part) => part.verdicts).length, verdicts.length);
  assert.equal(parts.flatMap((part) => part.commands).length, commands.length);
});
