import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelSpec } from '@driftloop/schemas';
import { type LabelledRows, outputsOf, targetsOf } from '@driftloop/spec';
import { createRandom, type Random } from '@driftloop/stats';
import { buildReferenceProfile, type ReplayRecord, replay, SLOT_MS } from '../../src/index.ts';
import { specOf } from '../fixtures.ts';

const WINDOW = 250;
const REFERENCE = 1_500;
const ROWS = 2_250;
const CHANGE = 1_500;
const LAG = 100;

/**
 * A kind of answer: what a right model says to a row, what is true, and what a changed world says.
 */
interface Kind {
  readonly name: string;
  readonly spec: Pick<ModelSpec, 'task' | 'outputs'>;
  answer(x: number, y: number): readonly number[];
  truth(x: number, y: number, random: Random, isChanged: boolean): readonly number[];
}

const sigmoid = (value: number) => 1 / (1 + Math.exp(-value));
const KINDS: readonly Kind[] = [
  {
    name: 'several targets',
    spec: { task: 'regression', outputs: [{ name: 'price' }, { name: 'days' }] },
    answer: (x, y) => [1_000 * x, 3 + y / 10],
    truth: (x, y, random, isChanged) => [
      1_000 * (x + random.normal() / 3),
      3 + (y + random.normal() / 3) / 10 + (isChanged ? 0.1 : 0),
    ],
  },
  {
    name: 'several labels',
    spec: { task: 'multilabel', outputs: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] },
    answer: (x, y) => [sigmoid(2 * x), sigmoid(2 * y), 0.1],
    truth: (x, y, random, isChanged) =>
      [sigmoid(2 * x), sigmoid(2 * (isChanged ? -y : y)), 0.1].map((p) => Number(random.uniform() < p)),
  },
  {
    name: 'quantiles',
    spec: {
      task: 'regression',
      outputs: [
        { name: 'p10', quantile: 0.1 },
        { name: 'p50', quantile: 0.5 },
        { name: 'p90', quantile: 0.9 },
      ],
    },
    answer: (x) => [x - 1.28, x, x + 1.28],
    truth: (x, _, random, isChanged) => [x + random.normal() * (isChanged ? 2 : 1)],
  },
  {
    name: 'ranking scores',
    spec: { task: 'ranking' },
    answer: (x) => [40 + 7 * x ** 3],
    truth: (x, y, random, isChanged) => [
      Math.max(0, Math.round(2 + (isChanged ? y : x) + random.normal() / 2)),
    ],
  },
];

function specFor({ spec }: Kind): ModelSpec {
  return { ...specOf({ numeric: 2, lengthMs: WINDOW, minSamples: 100 }), ...spec, classes: 0 };
}

/** Rows with their truth, and what the model answers. @param shift of the first feature */
function world(kind: Kind, rows: number, random: Random, changeAt = rows, shiftAt = rows) {
  const spec = specFor(kind);
  const features = new Float32Array(2 * rows);
  const outputs: number[] = [];
  const labels: number[] = [];
  for (let row = 0; row < rows; row++) {
    const [x, y] = [random.normal() + (row >= shiftAt ? 0.6 : 0), random.normal()];
    features.set([x, y], 2 * row);
    outputs.push(...kind.answer(x, y));
    labels.push(...kind.truth(x, y, random, row >= changeAt));
  }
  const targets = targetsOf(spec).length;
  const data: LabelledRows = {
    rows,
    width: 2,
    features,
    labels: Float32Array.from(labels),
    ...(targets === 1 ? {} : { targets }),
    weights: new Float32Array(rows).fill(1),
    eventTimes: Float64Array.from({ length: rows }, (_, row) => row),
  };
  return { spec, data, outputs: Float32Array.from(outputs), targets };
}

function recordsOf({ spec, data, outputs, targets }: ReturnType<typeof world>): ReplayRecord[] {
  const width = Math.max(1, outputsOf(spec).length);
  const records: ReplayRecord[] = [];
  for (let row = 0; row < data.rows + LAG; row++) {
    const timestamp = 1 + Math.floor((row * SLOT_MS) / 32);
    const eventTime = Math.min(row, data.rows - 1);
    const common = { requestId: `r${row}`, model: 'm', eventTime };
    if (row < data.rows) {
      const features = data.features.subarray(2 * row, 2 * row + 2);
      const answer = outputs.subarray(row * width, (row + 1) * width);
      const place = { partition: 0, offset: row, timestamp };
      records.push({ topic: 'inference.requests', ...place, value: { ...common, features } });
      records.push({
        topic: 'inference.predictions',
        ...place,
        value: {
          ...common,
          version: 1,
          servedAt: 0,
          outputs: answer,
          predicted: answer[0] ?? 0,
          role: 'live',
          requestPartition: 0,
          requestOffset: row,
          requestTime: timestamp,
        },
      });
    }
    const told = row - LAG;
    if (told < 0) continue;
    const truths = Array.from(data.labels.subarray(told * targets, (told + 1) * targets));
    records.push({
      topic: 'inference.labels',
      partition: 0,
      offset: told,
      timestamp,
      value: {
        requestId: `r${told}`,
        model: 'm',
        label: truths[0] ?? 0,
        eventTime,
        ...(targets > 1 ? { values: truths } : {}),
      },
    });
  }
  return records;
}

function played(kind: Kind, seed: number, changeAt?: number, shiftAt?: number) {
  const random = createRandom(seed);
  const reference = world(kind, REFERENCE, random);
  const { spec } = reference;
  const profile = buildReferenceProfile(reference);
  const records = recordsOf(world(kind, ROWS, random, changeAt, shiftAt));
  return replay({ spec, versions: [{ version: 1, profile }], records });
}

for (const kind of KINDS) {
  test(`${kind.name}: a world that stays raises hardly any alarm`, () => {
    const SEEDS = 20;
    let windows = 0;
    let alarms = 0;
    let drifts = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { signals, verdicts } = played(kind, seed);
      const tested = Map.groupBy(signals, ({ signal, windowStart }) => `${signal}/${windowStart}`);
      windows += tested.size;
      alarms += [...tested.values()].filter((found) => found.some(({ drifted }) => drifted)).length;
      drifts += Number(verdicts.some(({ state }) => state === 'drift'));
    }
    // One in 300 windows of a signal is expected by the budget; three times as many are let pass.
    assert.ok(windows > SEEDS * 20, String(windows));
    assert.ok(alarms <= windows / 100, `${alarms} alarms in ${windows} windows`);
    assert.ok(drifts <= 1, `${drifts} of ${SEEDS} runs drifted`);
  });

  test(`${kind.name}: a changed truth is found by its labels, in words of its error`, () => {
    for (let seed = 1; seed <= 5; seed++) {
      const { verdicts, signals } = played(kind, seed, CHANGE);
      const drift = verdicts.find(({ state }) => state === 'drift');
      assert.ok(drift?.confirmedByLabels, `seed ${seed}`);
      assert.ok(drift.windowStart >= CHANGE && drift.windowStart <= CHANGE + 3 * WINDOW);
      const texts = drift.evidence.map(({ text }) => text).join('\n');
      assert.match(texts, kind.spec.task === 'multilabel' ? /wrong labels \d+ %/ : /mean error [\d.]+ over/);
      assert.doesNotMatch(texts, /accuracy|NaN/);
      assert.ok(signals.every(({ statistic, threshold }) => Number.isFinite(statistic + threshold)));
    }
  });

  test(`${kind.name}: answers that move are found by output`, () => {
    const { signals } = played(kind, 3, undefined, CHANGE);
    const moved = signals.filter(
      ({ signal, drifted, windowStart }) => signal === 'prediction' && drifted && windowStart >= CHANGE,
    );
    const names = outputsOf(specFor(kind)).map(({ name }) => name);
    assert.ok(moved.length > 0);
    assert.ok(moved.some(({ feature }) => feature === names[0]));
    assert.ok(
      signals.filter(({ signal }) => signal === 'prediction').every(({ feature }) => names.includes(feature)),
    );
  });
}

test('a version in shadow is compared by all of its outputs', () => {
  const kind = KINDS[0] as Kind;
  const random = createRandom(4);
  const reference = world(kind, REFERENCE, random);
  const profile = buildReferenceProfile(reference);
  const { spec } = reference;
  const records = recordsOf(world(kind, 800, random, 0));
  // The changed truth is met by its second output; the first is the same.
  const knowing = records.flatMap((record): ReplayRecord[] => {
    if (record.topic !== 'inference.predictions') return [record];
    const [price = 0, days = 0] = record.value.outputs;
    const outputs = Float32Array.of(price, days + 0.1);
    return [{ ...record, value: { ...record.value, version: 2, role: 'shadow', outputs } }, record];
  });
  const versions = [1, 2].map((version) => ({ version, profile }));
  const { signals } = replay({ spec, versions, records: knowing, live: [{ version: 1, since: 0 }] });
  const [duel] = signals.filter(({ detector }) => detector === 'shadow');
  assert.equal(duel?.rival, 2);
  assert.ok((duel?.statistic ?? 0) > 0.5 && (duel?.eValue ?? 0) > 1e3, JSON.stringify(duel));
  assert.match(duel?.detail ?? '', /version 2 is closer than version 1 on/);
});
