import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Connections } from '@driftloop/connections';
import { createOrtEngine } from '@driftloop/engine-ort';
import { freePorts } from '@driftloop/local';
import type { DeadLetter, InferencePrediction, ModelSpec } from '@driftloop/schemas';
import { comesByName, outputsOf, rowOf } from '@driftloop/spec';
import { admitModel } from '../../src/register/admit.ts';
import { type LiveParts, openLiveParts, until } from '../support/live-parts.ts';
import {
  differenceFrom,
  featuresOf,
  NAMES,
  namedRowsOf,
  readExported,
  repeatedRows,
} from './exported-file.ts';

const START = Date.UTC(2026, 0, 1);
const INTERVAL_MS = 1_000;
/** Of a model: two windows, and what lies behind them so that they close. */
const ROWS = 160;
const POLICIES: Partial<ModelSpec> = {
  window: {
    lengthMs: 60 * INTERVAL_MS,
    allowedLatenessMs: 0,
    minSamples: 20,
    allowedAheadMs: 0,
    partitionIdleMs: 1_000,
  },
  rollout: { canaryShare: 0, shadowVersions: [] },
};

/**
 * How far answers may lie from those of other rows in one run: a file that is quantised as it runs
 * scales by the largest values of all its rows.
 */
const SCALED_TOGETHER: Readonly<Record<string, number>> = { 'pytorch-int8-dynamic': 5e-3 };

type Exported = ReturnType<typeof readExported>;

/** What came on Kafka, and what a call of the Open Inference Protocol was told, by model. */
const answers = new Map<string, InferencePrediction>();
const letters: DeadLetter[] = [];
const signals = new Map<string, Set<string>>();
const told = new Map<string, readonly number[]>();
const files = new Map(NAMES.map((name) => [name, readExported(name, POLICIES)]));
let parts: LiveParts;

before(async () => {
  parts = await openLiveParts('exported');
  const { connections } = parts;
  await follow(connections);
  const [port] = await freePorts(1);
  const gateway = { GATEWAY_PORT: String(port), GATEWAY_GRPC_PORT: '0', GATEWAY_INFER_TIMEOUT_MS: '60000' };
  await Promise.all([
    parts.start(['inference', 'data-drift', 'prediction-drift', 'ensemble', 'gateway'], gateway),
    registerAll(connections),
  ]);
  await produceAll(connections);
  for (const [name, file] of files) told.set(name, await infer(`http://127.0.0.1:${port}`, file));
  const lacking = () => NAMES.flatMap((name) => missingSignals(name).map((one) => `${name}: ${one}`));
  await until(
    () => `${answers.size} answers to ${NAMES.length * ROWS} requests, ${letters.length} dead letters`,
    () => answers.size + letters.length >= NAMES.length * ROWS,
  );
  await until(
    () => `no signal yet of ${lacking()}`,
    () => lacking().length === 0,
  );
});
after(() => parts.close());

for (const [name, { expected: recorded }] of files)
  test(`${name}: answers over Kafka and HTTP as ONNX Runtime in Python, and has signals`, () => {
    assert.deepEqual(
      letters.filter(({ key }) => idOf(key).startsWith(`${name}/`)).map(({ reason }) => reason),
      [],
    );
    const expected = { ...recorded, tolerance: SCALED_TOGETHER[name] ?? recorded.tolerance };
    const rows = expected.answers.length;
    for (let first = 0; first < ROWS; first += rows) {
      const outputs = expected.answers.flatMap((_, i) => [
        ...(answers.get(`${name}/${first + i}`)?.outputs ?? []),
      ]);
      assert.equal(differenceFrom(expected, outputs), undefined);
    }
    assert.equal(differenceFrom(expected, told.get(name) ?? []), undefined);
    assert.deepEqual(missingSignals(name), []);
  });

async function follow({ bus }: Connections): Promise<void> {
  const options = {
    fromBeginning: true,
    onCrash: (error: unknown) => {
      throw error;
    },
  };
  const followers = await Promise.all([
    bus.follow(
      'inference.predictions',
      (records) => {
        for (const { key, value } of records) if (key.includes('/')) answers.set(key, value);
      },
      options,
    ),
    bus.follow('dead.letters', (records) => void letters.push(...records.map(({ value }) => value)), options),
    bus.follow(
      'drift.signals',
      (records) => {
        for (const { value } of records) {
          const seen = signals.get(value.model) ?? new Set();
          signals.set(value.model, seen.add(`${value.signal} ${value.feature}`));
        }
      },
      options,
    ),
  ]);
  parts.atEnd(() => Promise.all(followers.map((follower) => follower.close())));
}

async function registerAll({ registry }: Connections): Promise<void> {
  const engine = createOrtEngine({ logSeverity: 4 });
  for (const { file, expected, spec } of files.values()) {
    const texts: string[] = [];
    const data = repeatedRows(featuresOf(expected, spec, texts), expected, spec, texts);
    const admitted = await admitModel(engine, { file, spec, data, freezeUnsupported: false });
    await registry.register({ spec, ...admitted, publish: true, eventTime: START });
  }
}

/** Every other row names its columns, the others are of the fast path, which has no free text. */
async function produceAll({ producer }: Connections): Promise<void> {
  for (const [model, { expected, spec }] of files) {
    const named = namedRowsOf(expected);
    const hasText = spec.features.some(({ kind }) => kind === 'text');
    const rows = Array.from({ length: ROWS }, (_, i) => {
      const row = named[i % named.length] as (typeof named)[number];
      const columns = hasText || i % 2 === 0 ? row : { features: rowOf(row, spec) };
      const requestId = `${model}/${i}`;
      return { key: requestId, value: { requestId, model, eventTime: START + i * INTERVAL_MS, ...columns } };
    });
    await producer.send('inference.requests', rows);
  }
}

/** The rows by a tensor for each feature. */
async function infer(gateway: string, { expected, spec }: Exported): Promise<readonly number[]> {
  const body = {
    inputs: spec.features.map((feature) => ({
      name: feature.name,
      datatype: comesByName(feature) ? 'BYTES' : 'FP64',
      shape: [expected.answers.length, ...(feature.kind === 'embedding' ? [feature.size] : [])],
      data: expected.rows[feature.name]?.flat(),
    })),
    parameters: { event_time: START + ROWS * INTERVAL_MS },
  };
  const response = await fetch(`${gateway}/v2/models/${spec.model}/infer`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  assert.ok(response.ok, `${spec.model}: ${text}`);
  const { outputs } = JSON.parse(text) as { outputs: { name: string; data: number[] }[] };
  const dataOf = (name: string) => outputs.find((output) => output.name === name)?.data ?? [];
  const several = outputsOf(spec);
  if (several.length > 0)
    return expected.answers.flatMap((_, row) => several.map(({ name }) => dataOf(name)[row] ?? Number.NaN));
  const data = spec.classes > 0 ? dataOf('probabilities') : dataOf('value');
  // A file that tells the second class alone is told of with both.
  const isSecondAlone = spec.task === 'binary' && expected.answers[0]?.length === 1;
  return isSecondAlone ? data.filter((_, i) => i % 2 === 1) : data;
}

/** Signals that a model should have by now, and has not. */
function missingSignals(name: string): string[] {
  const seen = signals.get(name) ?? new Set();
  const { spec } = files.get(name) as Exported;
  const outputs = outputsOf(spec).map((output) => output.name);
  const wanted = [
    ...spec.features.map((feature) => `data ${feature.name}`),
    ...(outputs.length > 0 ? outputs : ['']).map((output) => `prediction ${output}`),
  ];
  return wanted.filter((one) => !seen.has(one));
}

const idOf = (key: Uint8Array | null) => (key === null ? '' : Buffer.from(key).toString());
